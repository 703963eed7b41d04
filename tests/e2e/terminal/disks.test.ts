/**
 * Disks that fill up or take no writing, as real file systems: a small tmpfs, which only root may mount on Linux.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecord } from '../../../results/check.ts';
import { casesOf } from '../../../results/derive.ts';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { hbmark } from './tool.ts';

const FEW = ['--kernel', 'stream-read', '--memory', '0.2'];
/** A run that measures something, also on a busy machine. */
const SHORT = [...FEW, '--budget', '25'];

/** The size of the small disk. A journal of a short run fits into it at first, and two of them do not. */
const DISK_BYTES = 40 * 1024;

const mayMount = (): boolean => {
  const at = mkdtempSync(join(tmpdir(), 'hbmark-mount-'));
  try {
    if (spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', at]).status !== 0) return false;
    execFileSync('umount', [at]);
    return true;
  } finally {
    rmSync(at, { recursive: true });
  }
};

let folder: string;
let disk: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-disks-'));
  disk = join(folder, 'disk');
  mkdirSync(disk);
});
afterEach(() => {
  spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true });
});

const mount = (options: string) => execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk]);
const environment = (): NodeJS.ProcessEnv => ({ ...process.env, HBMARK_CACHE: join(folder, 'tunings.json') });

const samplesIn = (path: string): number =>
  casesOf(readRecord(JSON.parse(readFileSync(path, 'utf8')))).flatMap((m) => (m.status === 'measured' ? m.samples : []))
    .length;

describe.skipIf(!mayMount())('file systems (needs the right to mount)', () => {
  test('a disk without room: the run goes on, its result is printed, and is in a file that is named', async () => {
    mount(`size=${DISK_BYTES}`);
    // One page is left, which the lock takes.
    writeFileSync(join(disk, 'full'), Buffer.alloc(DISK_BYTES - 4096));
    const out = join(disk, 'run.json');
    const { code, stdout, stderr } = await hbmark(['run', ...SHORT, '--out', out, '--json'], environment());
    expect(code, stderr).toBe(4);
    expect(stderr.match(/run\.json\.unfinished cannot be written \(ENOSPC/g)).toHaveLength(1);
    const { record }: RunDocument = JSON.parse(stdout);
    const [, elsewhere = ''] = /the record is not in .*run\.json, .*ENOSPC.*; it is in (.*)/.exec(stderr) ?? [];
    expect(readRecord(JSON.parse(readFileSync(elsewhere, 'utf8')))).toMatchObject({ id: record.id });
    rmSync(join(elsewhere, '..'), { recursive: true });
    // No half of a file is left.
    expect(readdirSync(disk)).toEqual(['full']);
  });

  test('a disk that fills up while a run goes on: what was written before is whole', async () => {
    mount(`size=${DISK_BYTES}`);
    const out = join(disk, 'run.json');
    const many = [...FEW, '--kernel', 'working-set-read', '--budget', '15'];
    const { code, stdout, stderr } = await hbmark(['run', ...many, '--out', out, '--json'], environment());
    expect(code, stderr).toBe(4);
    const { record }: RunDocument = JSON.parse(stdout);
    const [, elsewhere = ''] = /the record is not in .*; it is in (.*)/.exec(stderr) ?? [];
    expect(readRecord(JSON.parse(readFileSync(elsewhere, 'utf8')))).toMatchObject({ id: record.id });
    rmSync(join(elsewhere, '..'), { recursive: true });
    if (existsSync(`${out}.unfinished`)) expect(samplesIn(`${out}.unfinished`)).toBeGreaterThan(0);
    expect(readdirSync(disk).filter((name) => name !== 'run.json.unfinished')).toEqual([]);
  });

  test('a disk that takes no writing is refused before the run', async () => {
    mount('ro');
    const { code, stdout, stderr } = await hbmark(['run', ...SHORT, '--out', join(disk, 'run.json')], environment());
    expect(stderr).toMatch(/run\.json.*EROFS/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  describe('a home that takes no writing', () => {
    const home = (): NodeJS.ProcessEnv => {
      const { HBMARK_CACHE: _, XDG_CACHE_HOME: __, ...rest } = process.env;
      return { ...rest, HBMARK_CACHE: '', XDG_CACHE_HOME: '', HOME: disk };
    };

    test.each([
      ['chromium', ['--adapter', 'swiftshader']],
      ['firefox', []],
    ])('a run in %s measures, and writes its record', async (host, place) => {
      mount('ro');
      const out = join(folder, 'run.json');
      const args = ['run', ...FEW, '--budget', '12', '--host', host, ...place, '--out', out];
      const { code, stderr } = await hbmark(args, home());
      expect(code, stderr).toBe(0);
      expect(samplesIn(out)).toBeGreaterThan(0);
    });

    test('tune prints its winner, and names the file that has it', async () => {
      mount('ro');
      const { code, stdout, stderr } = await hbmark(['tune', ...SHORT, '--json'], home());
      expect(code, stderr).toBe(4);
      const { tuned, store } = JSON.parse(stdout);
      expect(tuned).toMatchObject([{ kernel: 'stream-read' }]);
      expect(stderr).toContain(
        `the tunings are not in ${join(disk, '.cache', 'hbmark', 'tunings.json')}, which cannot be`,
      );
      expect(JSON.parse(readFileSync(store, 'utf8')).machines).not.toEqual({});
      rmSync(join(store, '..'), { recursive: true });
    });
  });
});
