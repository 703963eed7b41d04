/** The site without its server: every page works, cross-origin isolated, and a new build takes the place of the old one. */

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ROUTES } from '../../../../src/app/shell/routes.ts';
import { createServer, drain, listen } from '../../../../src/collector/server.ts';
import { launchShell } from '../../../support/hosts/shell.ts';
import { ALL } from '../../../support/tier.ts';
import { openIn, runButton, siteKept } from '../opened.ts';

const BUILT = fileURLToPath(new URL('../../../../dist/app', import.meta.url));
const KEEPER = /assets\/keep-offline-.*\.js$/;
const PATHS = ROUTES.map(({ id }) => (id === 'bench' ? '' : `${id}/`));

let browser: Browser;
let server: FastifyInstance | undefined;
let address: string;
/** The folder of a second build. */
let newer: string;

beforeAll(async () => {
  browser = await launchShell();
  newer = mkdtempSync(join(tmpdir(), 'hbmark-newer-'));
  cpSync(BUILT, newer, { recursive: true });
  rebuild(newer);
});

afterAll(async () => {
  await browser?.close();
  rmSync(newer, { recursive: true });
});

beforeEach(() => serve(BUILT, 0));
afterEach(() => stop());

async function serve(appFolder: string, port: number): Promise<void> {
  server = createServer({ appFolder });
  address = await listen(server, { port });
}

async function stop(): Promise<void> {
  if (server) await drain(server, 0);
  server = undefined;
}

/** Replaces what is served at this address by another build. */
async function deploy(appFolder: string): Promise<void> {
  const port = Number(new URL(address).port);
  await stop();
  await serve(appFolder, port);
}

const charts = () => readdirSync(join(BUILT, 'assets')).find((name) => /^charts-.*\.js$/.test(name)) ?? '';

/** Makes another build out of a copy: with another page, and without the code of the old one's charts. */
function rebuild(folder: string): void {
  const [script, page] = [join(folder, 'service-worker.js'), join(folder, 'what-if/index.html')];
  const html = readFileSync(page, 'utf8').replace('</head>', '<meta name="build" content="newer" /></head>');
  const integrity = `sha256-${createHash('sha256').update(html).digest('base64')}`;
  writeFileSync(page, html);
  rmSync(join(folder, 'assets', charts()));
  const text = readFileSync(script, 'utf8')
    .replace(/HBMARK_BUILD="\w+"/, 'HBMARK_BUILD="newer"')
    .replace(new RegExp(`\\{"path":"assets/${charts()}"[^}]*\\},`), '')
    .replace(/("path":"what-if\/","integrity":")[^"]+/, `$1${integrity}`);
  writeFileSync(script, text);
}

const open = (path: string, driven = false) =>
  openIn(browser, `${address}${path}`, { driven, serviceWorkers: 'allow' });

const kept = (page: Page) => page.evaluate(siteKept);

const caches = (page: Page) => page.evaluate(() => globalThis.caches.keys());
const registrations = (page: Page) =>
  page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);

/** Takes the lock of a run in this page, for as long as it is open. */
const measure = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<void>((taken) => {
        void navigator.locks.request('hbmark-measuring', () => {
          taken();
          return new Promise(() => {});
        });
      }),
  );

test('after one visit, every page works without the server', async () => {
  const { page, close } = await open('');
  await kept(page);
  await stop();
  for (const path of PATHS) {
    const response = await page.goto(`${address}${path}`);
    expect([path, response?.fromServiceWorker(), response?.headers()['content-security-policy']]).toEqual([
      path,
      true,
      expect.stringContaining("default-src 'none'"),
    ]);
    await page.locator('.page h1').waitFor();
    expect([path, await page.evaluate(() => crossOriginIsolated)]).toEqual([path, true]);
  }
  // The engine's worker has looked for an adapter, and found one.
  await page.goto(`${address}?profile=quick`);
  await expect.poll(() => runButton(page).isEnabled()).toBe(true);
  // An address without its slash, and a page's later parts.
  await page.goto(`${address}what-if?batch=3`);
  await page.locator('.charts').scrollIntoViewIfNeeded();
  await page.locator('.plot svg').first().waitFor();
  expect(await page.evaluate(() => location.pathname + location.search)).toBe('/what-if/?batch=3');
  await close();
});

test('a new build is shown at once, breaks no open page, and takes the old one’s place', async () => {
  const { page, close } = await open('what-if/');
  const build = () => page.locator('meta[name="build"]').count();
  await kept(page);
  const [before] = await caches(page);
  await deploy(newer);
  // The server has this file no more.
  expect((await fetch(`${address}assets/${charts()}`)).status).toBe(404);
  await page.locator('.charts').scrollIntoViewIfNeeded();
  await page.locator('.plot svg').first().waitFor();
  expect(await build()).toBe(0);

  await page.reload();
  expect(await build()).toBe(1);
  await expect.poll(() => caches(page)).toEqual([expect.stringMatching(/ newer$/)]);
  expect(await caches(page)).not.toContain(before);
  await stop();
  await page.reload();
  expect(await build()).toBe(1);
  await page.locator('.sentence').waitFor();
  await close();
});

test.runIf(ALL)('with two pages open, the new build waits until the old one’s is closed', async () => {
  const { page, close } = await open('what-if/');
  await kept(page);
  const other = await page.context().newPage();
  await other.goto(`${address}what-if/`);
  await deploy(newer);
  await page.reload();
  const waiting = () =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state ?? 'none');
  await expect.poll(waiting).toBe('installed');
  expect(await caches(page)).toHaveLength(2);
  await other.locator('.charts').scrollIntoViewIfNeeded();
  await other.locator('.plot svg').first().waitFor();
  await other.close();
  await page.reload();
  await expect.poll(() => caches(page)).toEqual([expect.stringMatching(/ newer$/)]);
  await close();
});

test('while a run measures, the service worker fetches nothing, and leaves nothing half done', async () => {
  const { page, close } = await open('licences.txt');
  await measure(page);
  const state = await page.evaluate(async () => {
    const { installing } = await navigator.serviceWorker.register('service-worker.js');
    await new Promise<void>((ended) => {
      installing?.addEventListener('statechange', () => {
        if (installing.state !== 'installing') ended();
      });
    });
    return installing?.state;
  });
  expect(state).toBe('redundant');
  expect(await caches(page)).toEqual([]);
  await close();
});

test.each([
  [true, 0],
  [false, 1],
])('a page that a program drives (%s) asks for no service worker', async (driven, times) => {
  const asked: string[] = [];
  const { page, close } = await openIn(browser, `${address}method/`, {
    driven,
    serviceWorkers: 'allow',
    async prepare(page) {
      page.on('request', (request) => asked.push(request.url()));
      await page.clock.install();
    },
  });
  await page.locator('.page h1').waitFor();
  await page.clock.fastForward(60_000);
  if (times > 0) await kept(page);
  expect(asked.filter((url) => KEEPER.test(url))).toHaveLength(times);
  expect(await registrations(page)).toBe(times);
  await close();
});

test('a browser can install the site: its manifest has a name, an address and icons', async () => {
  const { page, close } = await open('history/');
  const session = await page.context().newCDPSession(page);
  const { url, errors, data = '' } = await session.send('Page.getAppManifest');
  expect([url, errors]).toEqual([`${address}manifest.webmanifest`, []]);
  const { icons, start_url, scope }: { icons: Icon[]; start_url: string; scope: string } = JSON.parse(data);
  expect([new URL(start_url, url).href, new URL(scope, url).href]).toEqual([address, address]);
  for (const { src, sizes, type } of icons) {
    const response = await fetch(new URL(src, url));
    expect([src, response.headers.get('content-type')]).toEqual([src, type]);
    const bytes = Buffer.from(await response.arrayBuffer());
    if (type === 'image/png') expect(sizes).toBe(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`);
  }
  expect(icons.filter(({ type }) => type === 'image/png').map(({ sizes }) => sizes)).toContain('192x192');
  await close();
});

interface Icon {
  readonly src: string;
  readonly sizes: string;
  readonly type: string;
}

test('all that the pages ask for comes from their own server, and all text compressed', async () => {
  const { page, close } = await openIn(browser, address, { driven: false });
  const answers: { url: string; type: string; encoding: string | undefined }[] = [];
  page.on('response', (response) => {
    const { 'content-type': type = '', 'content-encoding': encoding } = response.headers();
    if (/^https?:/.test(response.url())) answers.push({ url: response.url(), type, encoding });
  });
  for (const path of PATHS) {
    await page.goto(`${address}${path}`, { waitUntil: 'networkidle' });
    await page.evaluate(() => scrollTo({ top: document.body.scrollHeight }));
    await page.waitForLoadState('networkidle');
  }
  expect(answers.filter(({ url }) => !url.startsWith(address))).toEqual([]);
  const texts = answers.filter(({ type }) => /^text\/|json$/.test(type));
  expect(texts.length).toBeGreaterThan(PATHS.length * 4);
  expect(texts.filter(({ encoding }) => encoding !== 'gzip')).toEqual([]);
  await close();
});
