/** `hbmark serve`, as it was built: what it serves, and how it ends. */

import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOOL } from './tool.ts';

const APP = 'dist/app';

interface Served {
  readonly child: ChildProcess;
  readonly address: string;
  /** Resolves to the exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

async function serve(): Promise<Served> {
  const child = spawn(process.execPath, [TOOL, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal)),
  );
  const address = await new Promise<string>((resolve) =>
    child.stdout?.on('data', (part) => resolve(/http:\S+/.exec(String(part))?.[0] ?? '')),
  );
  return { child, address, ended };
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

test.each(['SIGTERM', 'SIGHUP', 'SIGINT'] as const)('%s ends it with exit 0', async (signal) => {
  const { child, address, ended } = await serve();
  expect((await fetch(address)).status).toBe(200);
  child.kill(signal);
  expect(await ended).toBe(0);
});
