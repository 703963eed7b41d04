/**
 * Disks that fill up or take no writing, as real file systems: a small tmpfs, which only root may mount on Linux.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { casesOf } from '../../../results/cases.ts';
import { readRecord } from '../../../results/check.ts';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { ALL, beyondGate } from '../../support/tier.ts';
import { hbmark } from './tool.ts';

const FEW = ['--kernel', 'stream-read', '--memory', '0.2'];
/** A run that measures something, also on a busy machine. */
const SHORT = [...FEW, '--budget', '25'];

const PAGE_BYTES = 4096;

/** The size of the small disk: some journals of a short run fit into it. */
const DISK_BYTES = 64 * PAGE_BYTES;

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

/** Makes a file longer until its disk is full. */
function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(PAGE_BYTES));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

const samplesIn = (path: string): number =>
  casesOf(readRecord(JSON.parse(readFileSync(path, 'utf8')))).flatMap((m) => (m.status === 'measured' ? m.samples : []))
    .length;

describe.skipIf(!mayMount())('file systems (needs the right to mount)', () => {
  test('a disk without room: the run goes on, its result is printed, and is in a file that is named', async () => {
    mount(`size=${DISK_BYTES}`);
    writeFileSync(join(disk, 'full'), Buffer.alloc(DISK_BYTES));
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
    const long = [...FEW, '--kernel', 'working-set-read', '--profile', 'full', '--budget', '35'];
    const ending = hbmark(['run', ...long, '--out', out, '--json'], environment());
    // The run has a journal by then, and needs room for the next one. What is freed meanwhile is taken, too.
    const filling = setInterval(() => {
      if (existsSync(`${out}.unfinished`) && samplesIn(`${out}.unfinished`) > 0) fill(join(disk, 'full'));
    }, 50);
    const { code, stdout, stderr } = await ending.finally(() => clearInterval(filling));
    expect(existsSync(join(disk, 'full')), 'nothing was measured before the run ended').toBe(true);
    expect(code, stderr).toBe(4);
    const { record }: RunDocument = JSON.parse(stdout);
    const [, elsewhere = ''] = /the record is not in .*; it is in (.*)/.exec(stderr) ?? [];
    expect(readRecord(JSON.parse(readFileSync(elsewhere, 'utf8')))).toMatchObject({ id: record.id });
    rmSync(join(elsewhere, '..'), { recursive: true });
    expect(samplesIn(`${out}.unfinished`)).toBeGreaterThan(0);
    expect(readdirSync(disk).sort()).toEqual(['full', 'run.json.unfinished']);
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

    test.each([['chromium', ['--adapter', 'swiftshader']], ...beyondGate<[string, string[]]>(['firefox', []])])(
      'a run in %s measures, and writes its record',
      async (host, place) => {
        mount('ro');
        const out = join(folder, 'run.json');
        const args = ['run', ...FEW, '--budget', '12', '--host', host, ...place, '--out', out];
        const { code, stderr } = await hbmark(args, home());
        expect(code, stderr).toBe(0);
        expect(samplesIn(out)).toBeGreaterThan(0);
      },
    );

    // kills.test.ts has a file of tunings that cannot be written.
    test.runIf(ALL)('tune prints its winner, and names the file that has it', async () => {
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
