/** `--host firefox` and `--host deno`: the same engine through wgpu, on lavapipe. */

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { TINY_CONFIG } from '../../support/models/model-files.ts';
import { ALL } from '../../support/tier.ts';
import { hbmark, TOOL } from './tool.ts';

/** A run of one kernel that compiles quickly. */
const SMALL = ['--kernel', 'stream-read', '--memory', '0.2', '--seed', '7'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  writeFileSync(file('config.json'), JSON.stringify(TINY_CONFIG));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const environment = (): NodeJS.ProcessEnv => ({ HBMARK_CACHE: file('tunings.json') });

const HOSTS = [
  ['firefox', { kind: 'browser', brand: 'Firefox' }],
  ['deno', { kind: 'deno', brand: 'wgpu in Deno' }],
] as const;

describe.each(HOSTS)('--host %s', (id, host) => {
  // In Deno, the tests below tune and measure, and tests/contract times steps.
  test.runIf(ALL || id === 'firefox')('runs, times the decode steps of a file, and says where', async () => {
    const steps = ['--model', file('config.json'), '--context', '48', '--batch', '2'];
    const { code, stdout, stderr } = await hbmark(['run', '--host', id, ...SMALL, ...steps, '--json'], environment());
    expect(code, stderr).toBe(0);
    const { record, stream, decode }: RunDocument = JSON.parse(stdout);
    expect(checkRecord(record)).toMatchObject({ ok: true });
    expect(record).toMatchObject({ seed: 7, host: { ...host, majorVersion: expect.any(Number) } });
    expect(record.measurements.filter(({ status }) => status !== 'measured')).toEqual([]);
    expect(stream?.gbps).toBeGreaterThan(0);
    expect(decode).toMatchObject([{ model: file('config.json'), batch: 2, context: 48, status: 'measured' }]);
  });

  test('without an adapter it ends with exit 3 and says what to do', async () => {
    const none = { ...environment(), VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
    const { code, stdout, stderr } = await hbmark(['run', '--host', id, ...SMALL], none);
    expect(stderr).toMatch(/No GPU adapter.*driver/);
    expect(stdout).toBe('');
    expect(code).toBe(3);
  });

  test('has no adapter of another name', async () => {
    const { code, stderr } = await hbmark(['run', '--host', id, '--adapter', 'swiftshader']);
    expect(stderr).toContain(`--adapter with --host ${id} can only be lavapipe; got "swiftshader"`);
    expect(code).toBe(2);
  });
});

// Chromium has the same in a page: tuning.test.ts.
test.runIf(ALL)('--host deno tunes, and keeps the winner', async () => {
  const { code, stdout } = await hbmark(['tune', '--host', 'deno', ...SMALL, '--budget', '8', '--json'], environment());
  expect(code).toBe(0);
  const [, [, host]] = HOSTS;
  expect(JSON.parse(stdout)).toMatchObject({ host, tuned: [{ kernel: 'stream-read' }], untuned: [] });
  expect(existsSync(file('tunings.json'))).toBe(true);
});

test('without a Firefox it ends with exit 3 and says what to install', async () => {
  const { code, stderr } = await hbmark(['run', '--host', 'firefox'], { PATH: folder });
  expect(stderr).toMatch(/^hbmark: install Firefox .*firefox-esr.*\n$/);
  expect(code).toBe(3);
});

// The tool hears the other signals as it hears this one, wherever it measures: kills.test.ts has them.
test.runIf(ALL)('a run in Deno that a signal ends keeps what it has, and is resumed', async () => {
  const out = file('ended.json');
  const all = ['run', '--host', 'deno', ...SMALL, '--profile', 'full'];
  // In a group of its own: the terminal of a person sends signals to Deno as well.
  const child = spawn(process.execPath, [TOOL, ...all, '--out', out], {
    env: { ...process.env, ...environment() },
    detached: true,
  });
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code)));
  await expect.poll(() => existsSync(`${out}.unfinished`)).toBe(true);
  process.kill(-Number(child.pid), 'SIGINT');
  expect(await ended).toBe(130);
  const before: RunRecord = JSON.parse(readFileSync(out, 'utf8'));
  expect(before).toMatchObject({ seed: 7, host: { kind: 'deno', brand: 'wgpu in Deno' } });
  expect(before.events.map(({ kind }) => kind)).toContain('cancelled');

  const resumed = await hbmark([...all, '--resume', out, '--budget', '5', '--json'], environment());
  expect(resumed.code, resumed.stderr).toBe(0);
  const { record }: RunDocument = JSON.parse(resumed.stdout);
  expect(record.created).toBe(before.created);
  expect(record.events.map(({ kind }) => kind)).toContain('resumed');
});
