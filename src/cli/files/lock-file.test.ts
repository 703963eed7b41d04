import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Holder, takeLock } from './lock-file.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-lock-'));
  path = join(folder, 'deep', 'a.lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function leave(holder: Partial<Holder>): void {
  mkdirSync(join(folder, 'deep'));
  const whole = { pid: process.ppid, machine: hostname(), started: null, since: new Date().toISOString(), ...holder };
  writeFileSync(path, JSON.stringify(whole));
}

/** The number of a process that has ended. */
const endedPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('a lock is had once, and again after it was released', () => {
  const first = takeLock(path);
  if (!first.ok) throw new Error('a new lock was not to be had');
  expect(takeLock(path)).toMatchObject({ ok: false, holder: { pid: process.pid, machine: hostname() } });
  first.release();
  expect(existsSync(path)).toBe(false);
  expect(takeLock(path).ok).toBe(true);
});

test('the lock of a process that has ended is taken over, and nothing else is left', () => {
  leave({ pid: endedPid() });
  expect(takeLock(path).ok).toBe(true);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid });
  expect(readdirSync(join(folder, 'deep'))).toEqual(['a.lock']);
});

test.runIf(process.platform === 'linux')('a later process with the same number does not have the lock', () => {
  leave({ pid: process.ppid, started: '1' });
  expect(takeLock(path).ok).toBe(true);
});

test('a process that runs has its lock, and so has one of another machine', () => {
  leave({ pid: process.ppid });
  expect(takeLock(path)).toMatchObject({ ok: false, holder: { pid: process.ppid } });
  writeFileSync(path, readFileSync(path, 'utf8').replace(hostname(), `not-${hostname()}`));
  expect(takeLock(path)).toMatchObject({ ok: false, holder: { machine: `not-${hostname()}` } });
});

test('a file that names no process is waited for while it is new, and then taken over', () => {
  mkdirSync(join(folder, 'deep'));
  writeFileSync(path, '{"pid":');
  expect(takeLock(path)).toEqual({ ok: false, holder: null });
  utimesSync(path, 0, 0);
  expect(takeLock(path).ok).toBe(true);
});

test('where no file can be made there is no lock', () => {
  writeFileSync(join(folder, 'deep'), 'not a folder');
  const taken = takeLock(path);
  if (!taken.ok) throw new Error('nobody can have this lock');
  taken.release();
});
