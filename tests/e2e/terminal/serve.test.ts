/** `hbmark serve`, as it was built: what it serves, and how it ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, runOf } from '../../support/crowd/collecting.ts';
import { hbmark, TOOL } from './tool.ts';

const APP = 'dist/app';

interface Served {
  readonly child: ChildProcess;
  readonly address: string;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** @param data the folder of the collection; by default a new one */
async function serve(data = newFolder()): Promise<Served> {
  const child = spawn(process.execPath, [TOOL, 'serve', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  const address = await new Promise<string>((resolve) =>
    child.stdout?.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0] ?? '')),
  );
  return { child, address, ended };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-collection-'));
  folders.push(folder);
  return folder;
}

/** The files of the built page, as paths of its address. */
const FILES = readdirSync(APP, { recursive: true })
  .map(String)
  .filter((name) => statSync(join(APP, name)).isFile());

let served: Served;
beforeAll(async () => {
  served = await serve();
});
afterAll(async () => {
  served.child.kill();
  await served.ended;
});

test('every file is served as it was built, and none is empty', async () => {
  expect(FILES.length).toBeGreaterThan(5);
  for (const name of FILES) {
    const response = await fetch(served.address + name.replaceAll('\\', '/'));
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([name, response.status, bytes.length > 0]).toEqual([name, 200, true]);
    expect(bytes.equals(readFileSync(join(APP, name)))).toBe(true);
  }
});

test('the licences of what page and workers bundle are there', async () => {
  const text = await (await fetch(`${served.address}licences.txt`)).text();
  for (const name of ['HBMark', 'preact', 'chart.js', 'zod', 'comlink', 'idb', '@noble/hashes', 'simple-statistics']) {
    expect(text).toMatch(new RegExp(`^${name}( [\\d.]+ \\(.+\\))?\n\n`, 'm'));
  }
  const scripts = FILES.filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(APP, name), 'utf8'));
  // The snippets of @huggingface/tasks, which came with a reader of GGUF.
  expect(scripts.some((script) => script.includes('huggingface_hub'))).toBe(false);
});

test('2,000 requests, 50 at once, are answered', async () => {
  const statuses: number[] = [];
  let asked = 0;
  const ask = async () => {
    while (asked < 2000) {
      const name = FILES[asked++ % FILES.length] ?? '';
      const response = await fetch(served.address + name.replaceAll('\\', '/'));
      await response.arrayBuffer();
      statuses.push(response.status);
    }
  };
  await Promise.all(Array.from({ length: 50 }, ask));
  expect(statuses).toHaveLength(2000);
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('a run is submitted from the terminal, lies in the collection, and is deleted by its token', async () => {
  const env = { HBMARK_DATA: newFolder() };
  const file = 'results/data/2026-11-24-swiftshader-quick.json';
  const [to, { id }] = [['--to', served.address], JSON.parse(readFileSync(file, 'utf8'))];
  const unasked = await hbmark(['submit', file, ...to], env);
  expect([unasked.code, unasked.stderr]).toEqual([2, expect.stringContaining('nobody is at a terminal to be asked')]);
  const status = async () => (await fetch(`${served.address}v1/runs/${id}`)).status;
  expect(await status()).toBe(404);
  const sent = await hbmark(['submit', file, ...to, '--yes'], env);
  expect([sent.code, sent.stderr]).toEqual([0, '']);
  expect(sent.stdout).toContain(`added to the collection at ${served.address}`);
  expect(await status()).toBe(200);
  // Its answer may have been lost: whoever has the token is told it again.
  const token = /token {4}(\S+)/.exec(sent.stdout)?.[0] ?? 'none';
  expect((await hbmark(['submit', file, ...to, '--yes'], env)).stdout).toContain(token);
  const others = await hbmark(['submit', file, ...to, '--yes'], { HBMARK_DATA: newFolder() });
  expect(others.stdout).toContain('is in the collection already');
  const deleted = await hbmark(['submit', '--delete', id.slice(0, 12), ...to], env);
  expect([deleted.code, deleted.stdout]).toEqual([0, `${id} was deleted from the collection at ${served.address}\n`]);
  expect(await status()).toBe(404);
});

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s ends it with exit 0', async (signal) => {
  const { child, address, ended } = await serve();
  expect((await fetch(address)).status).toBe(200);
  child.kill(signal);
  expect(await ended).toBe(0);
});

describe('the collection', () => {
  test('a run that was acknowledged is there after the service was ended and started again', async () => {
    const data = newFolder();
    const first = await serve(data);
    const added = await fetch(`${first.address}v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: bodyOf(runOf(1)),
    });
    expect(added.status).toBe(201);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);
    const second = await serve(data);
    const found = await fetch(`${second.address}v1/runs/${runOf(1).id}`);
    expect(await found.json()).toMatchObject({ id: runOf(1).id });
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test.each<[string, () => readonly string[], RegExp]>([
    ['a folder in use', () => ['--data', folders[0] ?? ''], /in use|another/],
    ['a folder that cannot be made', () => ['--data', join(TOOL, 'data')], /the folder for runs cannot be made/],
    [
      'a database that does not answer',
      () => ['--database-url', 'postgres://127.0.0.1:9/runs'],
      /does not answer|refused/,
    ],
    ['a database of another kind', () => ['--database-url', 'mysql://localhost/runs'], /postgres:\/\//],
    ['a folder and a database', () => ['--data', 'a', '--database-url', 'postgres://x/y'], /not both/],
    ['an origin with a path', () => ['--allow-origin', 'https://bench.example/page'], /an origin such as/],
    ['a network that is none', () => ['--trust-proxy', '10.0.0.0/33'], /a network such as/],
  ])('%s ends it with exit 2 and one line', async (_, args, line) => {
    const { code, stderr } = await hbmark(['serve', '--port', '0', ...args()]);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(line);
  });

  test('--page-only takes no runs', async () => {
    const child = spawn(process.execPath, [TOOL, 'serve', '--port', '0', '--page-only'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve) =>
      child.stdout?.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0] ?? '')),
    );
    expect((await fetch(`${address}v1/summary`)).status).toBe(404);
    child.kill();
  });
});
