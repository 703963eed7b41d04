/** The collection in Chromium, with the real service: a run is added, found, compared and deleted; and what goes wrong. */

import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { seal } from '../../../../results/record/digest.ts';
import type { GivenSeed, RecordBody } from '../../../../results/record/schema.ts';
import { CONSENT_VERSION } from '../../../../src/crowd/consent.ts';
import { crowdRows } from '../../../support/crowd/crowd-rows.ts';
import { fileOf, keepRun, SWIFTSHADER, whole } from '../kept.ts';
import { beforeWorker, cancelButton, download, openIn, runButton, violations } from '../opened.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const at = (path: string): string => new URL(path, site.address.replace(/\/?$/, '/')).href;

/** Opens an address, and notes what is sent to the collector. */
async function open(path: string, prepare?: (page: Page) => Promise<unknown>) {
  const sent: string[] = [];
  const opened = await openIn(site.browser, at(path), {
    driven: false,
    async prepare(page) {
      page.on('request', (request) => {
        if (request.method() !== 'GET') sent.push(`${request.method()} ${new URL(request.url()).pathname}`);
      });
      await prepare?.(page);
    },
  });
  return { ...opened, sent };
}

/** A run that is not in the collection: a committed one, at another time. */
function run(minutesAgo: number): RecordBody {
  const { body } = whole(SWIFTSHADER);
  return { ...body, created: new Date(Math.floor(Date.now() / 1000) * 1000 - minutesAgo * 60_000).toISOString() };
}

/** Keeps a run in the browser, and opens the dialog that adds it to the collection. Returns what the browser calls it. */
async function ask(page: Page, body: RecordBody): Promise<string> {
  await page.getByText('No runs yet').waitFor();
  const key = await keepRun(page, { body, done: body.measurements.length });
  await page.goto(at(`result/?${new URLSearchParams({ run: key })}`));
  await page.getByRole('button', { name: 'Add to the collection' }).click();
  await page.getByRole('dialog').waitFor();
  return key;
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const listed = (page: Page, id: string) => page.locator(`[data-crowd-run="${id}"]`);
const submission = (page: Page) => page.locator('[data-submission]');

test('a run is shown before it is sent, found in the crowd, compared, and deleted by its token', async () => {
  const { page, complaints, sent, close } = await open('history/');
  const body = run(60);
  const { id } = seal(body);
  const key = await ask(page, body);

  await page.getByText(/^Exactly what would be sent: /).click();
  await page.getByText(`"consent": "${CONSENT_VERSION}"`).waitFor();
  // Only the lines that are seen are drawn; a record's seed is among its last.
  await page.locator('section.json').evaluate((frame) => frame.scrollTo({ top: frame.scrollHeight }));
  await page.getByText(`"seed": ${body.seed}`).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(sent).toEqual([]);
  const [no, yes] = [button(page, 'Don’t'), button(page, 'Submit')];
  expect((await no.boundingBox())?.width).toBe((await yes.boundingBox())?.width);
  await yes.click();
  await page.getByRole('heading', { name: 'It is in the collection' }).waitFor();
  expect(sent).toEqual(['POST /v1/runs']);

  await page.goto(at('crowd/?adapters=software'));
  await listed(page, id).waitFor();
  await listed(page, id).getByRole('link').click();
  await page.locator('.origin').first().filter({ hasText: 'of the collection' }).waitFor();

  // On another machine: the run by its link, beside an own one.
  const other = await open('history/');
  await other.page.getByText('No runs yet').waitFor();
  const mine = run(30);
  const own = await keepRun(other.page, { body: mine, done: mine.measurements.length });
  await other.page.goto(at(`compare/?${new URLSearchParams({ a: own, b: id })}`));
  await other.page.locator('[data-ratio-headline]').waitFor();
  await other.page.locator(`[data-compared="${id}"]`).filter({ hasText: 'of the collection' }).waitFor();
  await other.close();

  await page.goto(at('history/'));
  await page.locator(`[data-run="${key}"]`).waitFor();
  await button(page, /^Delete from the collection/).click();
  await page.getByText('was deleted from the collection').waitFor();
  await expect.poll(() => submission(page).count()).toBe(0);
  expect(sent).toEqual(['POST /v1/runs', `DELETE /v1/runs/${id}`]);
  expect(complaints).toEqual([]);
  await page.goto(at('crowd/?adapters=software'));
  await page.getByRole('heading', { name: /^\d+ runs?$/ }).waitFor();
  expect(await listed(page, id).count()).toBe(0);
  await close();
});

test('while the collector is down a run waits, and is sent on a word once it is up', async () => {
  const { page, sent, close } = await open('history/');
  const body = run(90);
  const { id } = seal(body);
  await ask(page, body);
  await expect.poll(() => button(page, 'Submit').isEnabled()).toBe(true);
  await page.route('**/v1/runs', (route) => route.abort('connectionrefused'));
  await button(page, 'Submit').click();
  await page.getByRole('heading', { name: 'It was not sent' }).waitFor();
  await page.goto(at('history/'));
  await submission(page).getByText('Waiting:').waitFor();
  await button(page, /^Send again/).click();
  await page.getByText(/^Not sent: /).waitFor();
  await page.unroute('**/v1/runs');
  sent.length = 0;
  // Nothing is sent by itself.
  await page.reload();
  await submission(page).waitFor();
  expect(sent).toEqual([]);
  await button(page, /^Send again/).click();
  await page.getByText('is in the collection.').waitFor();
  expect(sent).toEqual(['POST /v1/runs']);
  expect(await (await fetch(at(`v1/runs/${id}`))).json()).toMatchObject({ id });
  await close();
});

test('“Don’t” and Escape send nothing, and a page that a program drives offers nothing', async () => {
  const { page, sent, close } = await open('history/');
  await ask(page, run(120));
  await button(page, 'Don’t').click();
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await button(page, 'Add to the collection').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Add to the collection/);
  expect(sent).toEqual([]);
  await close();

  const driven = await openIn(site.browser, at('history/'));
  await driven.page.getByText('No runs yet').waitFor();
  const body = run(150);
  const key = await keepRun(driven.page, { body, done: body.measurements.length });
  await driven.page.goto(at(`result/?${new URLSearchParams({ run: key })}`));
  await driven.page.getByRole('link', { name: 'Run again' }).waitFor();
  expect(await button(driven.page, /Add to the collection/).count()).toBe(0);
  await driven.close();
});

/** Texts that would do something if a page took them for anything but text. */
const HOSTILE = [
  '<img src=x onerror="globalThis.hacked=1">',
  '"><script>globalThis.hacked=1</script>',
  '</text><svg onload="globalThis.hacked=1">',
  "javascript:globalThis.hacked=1//'",
  '=HYPERLINK("https://evil.example","x")',
  '{{constructor.constructor("hacked=1")()}}',
];

/** What strangers have put into a page that is more than text. */
const intruders = (page: Page) =>
  page.evaluate(() => ({
    hacked: Reflect.get(globalThis, 'hacked'),
    elements: document.querySelectorAll('img, iframe, object, embed, [onerror], [onload], a[href^="javascript"]')
      .length,
    scripts: [...document.scripts].filter(({ src }) => !src.startsWith(location.origin)).length,
  }));
const NONE = { hacked: undefined, elements: 0, scripts: 0 };

test('whatever strangers call their GPUs and models is text: on the page, in its chart, and in its files', async () => {
  const rows = crowdRows(40).map((row, i) => {
    const text = (n: number): string => HOSTILE[(i + n) % HOSTILE.length] ?? '';
    return {
      ...row,
      ...{ part: { ...row.part, name: `${text(0)} ${i % 12}` }, vendor: text(1), architecture: text(2) },
      ...{ program: text(3), system: text(4), profile: text(5), received: row.claimed },
      ...{ reasons: [{ rule: text(0), text: text(1) }], status: 'plausible' as const },
      claimed: new Date(Date.now() - i * 3_600_000).toISOString(),
      steps: row.steps.map((step) => ({ ...step, model: text(2), weights: text(3) })),
    };
  });
  const { page, complaints, close } = await open('privacy/', async (page) => {
    await page.route('**/v1/summary', (route) => route.fulfill({ json: { groups: [] } }));
    await page.route('**/v1/runs?*', (route) => route.fulfill({ json: { runs: rows, next: null } }));
    await page.route('**/crowd/data/*', (route) => route.fulfill({ status: 404 }));
  });
  await page.goto(at('crowd/'));
  await page.locator('[data-crowd-run]').first().waitFor();
  await page.getByRole('application').focus();
  await page.keyboard.press('ArrowRight');
  await page.getByText('Data table').click();
  await page.locator('[data-crowd-run] button').first().click();
  const shown = await page.locator('main').innerText();
  for (const text of HOSTILE) expect(shown).toContain(text.slice(0, 20));
  const saved = async (name: RegExp): Promise<string> => {
    const [file] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
    return readFileSync(await file.path(), 'latin1');
  };
  expect(await saved(/^Save as PNG/)).toMatch(/^.PNG/);
  // A spreadsheet would take a cell for a formula that begins by one of these.
  expect(await saved(/as CSV$/)).not.toMatch(/(^|,|\r\n)"?[=+@]/);
  expect(JSON.parse(await saved(/as JSON$/))).toHaveLength(rows.length);
  expect(await intruders(page)).toEqual(NONE);
  const [a = '', b = '', c = '', d = ''] = HOSTILE;
  await page.goto(at(`crowd/?${new URLSearchParams({ gpu: a, browser: b, system: c, step: d, [a]: b })}`));
  await page.locator('.chips').getByText(a).waitFor();
  expect(await intruders(page)).toEqual(NONE);
  expect(complaints.filter((line) => !line.includes('404'))).toEqual([]);
  await close();
});

/** A record whose every text that a stranger may choose is hostile. */
function hostileRecord(file: string): string {
  const [a = '', b = '', c = '', d = ''] = HOSTILE;
  const { body } = whole(file);
  const record = seal({
    ...body,
    reported: { gpu: a, note: b },
    adapter: { ...body.adapter, description: c, device: d, renderer: a, architecture: b },
    host: { ...body.host, brand: c, platform: d },
    events: [{ atMs: 1, kind: 'paused', detail: a }],
    measurements: body.measurements.map((m, i) =>
      i === 0 ? { status: 'failed' as const, case: m.case, reason: b } : m,
    ),
    decode: (body.decode ?? []).map((m) => ({ ...m, case: { ...m.case, model: a.slice(0, 90) } })),
  });
  return JSON.stringify(record);
}

test('so are the texts of a record, on its result and beside another', async () => {
  const { page, complaints, close } = await open('result/');
  const files = [fileOf('2026-11-27-swiftshader-smollm2'), SWIFTSHADER].map((file, i) => ({
    ...{ name: `${HOSTILE[0]?.replaceAll('/', '')} ${i}.json`, mimeType: 'application/json' },
    buffer: Buffer.from(hostileRecord(file)),
  }));
  await page.locator('input[type="file"]').setInputFiles(files.slice(0, 1));
  await page.getByRole('tablist').waitFor();
  for (const tab of await page.getByRole('tab').all()) await tab.click();
  for (const details of await page.locator('details').all())
    await details.evaluate((one) => one.setAttribute('open', ''));
  await page
    .getByText(HOSTILE[0] ?? '')
    .first()
    .waitFor();
  expect(await intruders(page)).toEqual(NONE);
  await page.goto(at('compare/'));
  await page.locator('input[name="records"]').setInputFiles(files);
  await page.locator('[data-compared]').nth(1).waitFor();
  expect(await page.locator('main').innerText()).toContain(HOSTILE[0]);
  expect(await intruders(page)).toEqual(NONE);
  expect(complaints).toEqual([]);
  await close();
});

test('a run that a person begins has a seed of the collector, and says so', async () => {
  // The page waits for two seconds, and then takes a seed of its own. A busy machine needs longer.
  const { page, complaints, close } = await open('?kernels=stream-read&memory=0.2', (page) =>
    beforeWorker(page, 'AbortSignal.timeout = () => new AbortController().signal'),
  );
  const answered = new Promise<GivenSeed>((resolve) => {
    void page.route('**/v1/challenge', async (route) => {
      const response = await route.fetch();
      resolve(await response.json());
      await route.fulfill({ response });
    });
  });
  await runButton(page).click();
  const given = await answered;
  // A run of which nothing was measured has no record.
  await page.locator('tr[data-status="measured"]').first().waitFor({ state: 'attached' });
  await cancelButton(page).click();
  const { record } = await download(page);
  expect({ seed: record.seed, ...record.challenge }).toEqual(given);
  expect(complaints).toEqual([]);
  await close();
});
