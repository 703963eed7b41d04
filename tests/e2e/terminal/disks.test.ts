/**
 * Disks that fill up or take no writing, as real file systems: a small tmpfs, which only root may mount on Linux.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { ALL, beyondGate } from '../../support/tier.ts';
import { FEW, hbmark, journalled, journalledIn, LONG, recordIn, type Started, samplesIn, start } from './tool.ts';

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
const environment = (): NodeJS.ProcessEnv => ({ HBMARK_CACHE: join(folder, 'tunings.json') });

/** Makes a file longer until its disk is full. */
function fill(path: string): void {
  try {
    for (;;) appendFileSync(path, Buffer.alloc(PAGE_BYTES));
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

/**
 * Ends a run whose file cannot be written, once it has said so. The result is printed, and is in a file that is named:
 * removes that file.
 */
async function endUnwritten({ child, stdout, stderr, ended }: Started): Promise<void> {
  await expect.poll(stderr).toMatch(/run\.json\.unfinished cannot be written \(ENOSPC/);
  child.kill('SIGTERM');
  expect(await ended, stderr()).toBe(4);
  expect(stderr().match(/run\.json\.unfinished cannot be written/g)).toHaveLength(1);
  const { record }: RunDocument = JSON.parse(stdout());
  expect(record.events.at(-1)?.kind).toBe('cancelled');
  const [, elsewhere = ''] = /the record is not in .*run\.json, .*ENOSPC.*; it is in (.*)/.exec(stderr()) ?? [];
  expect(recordIn(elsewhere)).toEqual(record);
  rmSync(join(elsewhere, '..'), { recursive: true });
}

describe.skipIf(!mayMount())('file systems (needs the right to mount)', () => {
  test('a disk without room: the run goes on, its result is printed, and is in a file that is named', async () => {
    mount(`size=${DISK_BYTES}`);
    writeFileSync(join(disk, 'full'), Buffer.alloc(DISK_BYTES));
    await endUnwritten(start(['run', ...LONG, '--out', join(disk, 'run.json'), '--json'], environment()));
    // No half of a file is left.
    expect(readdirSync(disk)).toEqual(['full']);
  });

  test('a disk that fills up while a run goes on: what was written before is whole', async () => {
    mount(`size=${DISK_BYTES}`);
    const out = join(disk, 'run.json');
    const run = start(['run', ...LONG, '--out', out, '--json'], environment());
    // The run has a journal by then, and needs room for the next one. What is freed meanwhile is taken, too.
    const filling = setInterval(() => {
      if (journalledIn(out) > 0) fill(join(disk, 'full'));
    }, 50);
    await endUnwritten(run).finally(() => clearInterval(filling));
    expect(journalledIn(out)).toBeGreaterThan(0);
    expect(readdirSync(disk).sort()).toEqual(['full', 'run.json.unfinished']);
  });

  test('a disk that takes no writing is refused before the run', async () => {
    mount('ro');
    const { code, stdout, stderr } = await hbmark(['run', ...FEW, '--out', join(disk, 'run.json')], environment());
    expect(stderr).toMatch(/run\.json.*EROFS/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  describe('a home that takes no writing', () => {
    const home = (): NodeJS.ProcessEnv => ({ HBMARK_CACHE: '', XDG_CACHE_HOME: '', HOME: disk });

    test.each([['chromium', ['--adapter', 'swiftshader']], ...beyondGate<[string, string[]]>(['firefox', []])])(
      'a run in %s measures, and writes its record',
      async (host, place) => {
        mount('ro');
        const out = join(folder, 'run.json');
        const { child, ended, stderr } = start(['run', ...LONG, '--host', host, ...place, '--out', out], home());
        await journalled(out);
        child.kill('SIGTERM');
        expect(await ended, stderr()).toBe(130);
        expect(samplesIn(recordIn(out)).length).toBeGreaterThan(0);
      },
    );

    // kills.test.ts has a file of tunings that cannot be written.
    test.runIf(ALL)('tune prints its winner, and names the file that has it', async () => {
      mount('ro');
      const { code, stdout, stderr } = await hbmark(
        ['tune', '--kernel', 'stream-read', '--memory', '0.2', '--budget', '25', '--json'],
        home(),
      );
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
