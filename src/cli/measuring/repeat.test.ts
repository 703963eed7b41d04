import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunEvent } from '../../../harness/events.ts';
import committed from '../../../results/data/2026-11-24-lavapipe-quick.json';
import { readRecord } from '../../../results/record/check.ts';
import { type NthRun, plannedRuns, repeated } from './repeat.ts';

const record = readRecord(committed);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-repeat-'));
  // The lock of this machine is beside the tunings: what else is measured here is no matter of these tests.
  vi.stubEnv('HBMARK_CACHE', join(folder, 'tunings.json'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The events of a run that ends at once, with a record of its seed. */
async function* ended({ seed }: NthRun): AsyncGenerator<RunEvent> {
  yield { type: 'done', record: { ...record, seed }, spent: [] };
}

const out = () => join(folder, 'run.json');
const seedIn = (file: string): number => JSON.parse(readFileSync(join(folder, file), 'utf8')).seed;

describe('the planned runs', () => {
  test('have numbers, files and seeds of their own, the first that of --seed', () => {
    const planned = plannedRuns({ times: 10, seed: 7, out: 'kept/run.json' });
    expect(planned.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(planned.map(({ out }) => out)).toEqual(planned.map(({ number }) => join('kept', `run-${number}.json`)));
    expect(planned[0]?.seed).toBe(7);
    expect(new Set(planned.map(({ seed }) => seed)).size).toBe(10);
    expect(planned.every(({ seed }) => Number.isInteger(seed) && seed >= 0 && seed <= 0xffffffff)).toBe(true);
    expect(plannedRuns({ times: 10, seed: 7, out: undefined })).toEqual(
      planned.map((run) => ({ ...run, out: undefined })),
    );
  });

  test('are one run with the file that was named, if there is one', () => {
    expect(plannedRuns({ times: 1, seed: 7, out: 'run.json' })).toEqual([{ number: 1, seed: 7, out: 'run.json' }]);
    expect(plannedRuns({ times: 2, seed: 7, out: 'run' }).map((run) => run.out)).toEqual(['run-1', 'run-2']);
  });
});

test('each record is written, and told, before the next run begins', async () => {
  const told: number[] = [];
  const { runs, failure } = await repeated(
    { times: 3, seed: 7, out: out() },
    async function* (run) {
      expect(told).toHaveLength(run.number - 1);
      for (const number of told) expect(existsSync(join(folder, `run-${number}.json`))).toBe(true);
      yield* ended(run);
    },
    ({ number }) => told.push(number),
  );
  expect(failure).toBeUndefined();
  expect(runs.map(({ seed }) => seed)).toEqual(
    plannedRuns({ times: 3, seed: 7, out: undefined }).map((run) => run.seed),
  );
  expect(runs.map(({ number }) => seedIn(`run-${number}.json`))).toEqual(runs.map(({ seed }) => seed));
  expect(existsSync(out())).toBe(false);
});

test('Ctrl-C ends the run that is measured, and no other begins', async () => {
  const { runs } = await repeated(
    { times: 3, seed: 7, out: out() },
    async function* (run, { signal }) {
      if (run.number === 2) process.emit('SIGINT');
      expect(signal.aborted).toBe(run.number === 2);
      yield* ended(run);
    },
    () => {},
  );
  expect(runs.map(({ number }) => number)).toEqual([1, 2]);
  expect(seedIn('run-2.json')).toBe(runs[1]?.seed);
  expect(existsSync(join(folder, 'run-3.json'))).toBe(false);
});

test('a run that leaves no record ends the rest, and the runs before it are kept', async () => {
  const lost = new Error('the device is gone');
  const failing = (at: number) =>
    repeated(
      { times: 3, seed: 7, out: out() },
      async function* (run) {
        if (run.number === at) throw lost;
        yield* ended(run);
      },
      () => {},
    );
  const { runs, failure } = await failing(2);
  expect(runs.map(({ number }) => number)).toEqual([1]);
  expect(failure?.error).toBe(lost);
  expect(seedIn('run-1.json')).toBe(7);
  await expect(failing(1)).rejects.toBe(lost);
});

test('a file that cannot be written is refused before the first run', async () => {
  const never = () => {
    throw new Error('a run began');
  };
  const nowhere = join(folder, 'nowhere', 'run.json');
  await expect(repeated({ times: 2, seed: 7, out: nowhere }, never, never)).rejects.toThrow(/run-1\.json cannot/);
});

test('two runs with one file: the second is refused at once, and names the process', async () => {
  const second = () => repeated({ times: 2, seed: 7, out: out() }, ended, () => {});
  await repeated(
    { times: 2, seed: 7, out: out() },
    async function* (run) {
      await expect(second()).rejects.toThrow(
        `no other run writes to: name another, or wait; process ${process.pid} writes to ${join(folder, 'run-1.json')}`,
      );
      yield* ended(run);
    },
    () => {},
  );
  expect(readdirSync(folder).sort()).toEqual(['run-1.json', 'run-2.json']);
  await second();
});

test('a run waits for another process, says so once, and tells the first record', async () => {
  const lines: string[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => {
    lines.push(String(line));
    rmSync(lock);
  });
  const lock = join(folder, `measuring-${hostname()}.lock`);
  const holder = { pid: process.ppid, machine: hostname(), started: null, since: new Date().toISOString() };
  writeFileSync(lock, JSON.stringify(holder));
  const seen: (string | undefined)[] = [];
  await repeated(
    { times: 2, seed: 7, out: undefined },
    async function* (run, { otherRun }) {
      seen.push(otherRun);
      yield* ended(run);
    },
    () => {},
  );
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`process ${process.ppid} is measuring on this machine`);
  expect(seen).toEqual([
    expect.stringMatching(new RegExp(`^process ${process.ppid} measured on this machine until this run began`)),
    undefined,
  ]);
  vi.restoreAllMocks();
});

test('Ctrl-C ends the waiting', async () => {
  const lock = join(folder, `measuring-${hostname()}.lock`);
  const holder = { pid: process.ppid, machine: hostname(), started: null, since: new Date().toISOString() };
  writeFileSync(lock, JSON.stringify(holder));
  vi.spyOn(console, 'error').mockImplementation(() => void setImmediate(() => process.emit('SIGINT')));
  await expect(repeated({ times: 1, seed: 7, out: undefined }, ended, () => {})).rejects.toMatchObject({
    code: 'cancelled',
  });
  vi.restoreAllMocks();
  expect(existsSync(lock)).toBe(true);
});
