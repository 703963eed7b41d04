/**
 * Runs that are killed at random moments, or whose files cannot be written: what was measured by then is in a file that
 * passes its check, or that resumes. `HBMARK_KILLS=20 npm test -- all` tries as many moments of each kind.
 */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seal } from '../../../results/record/digest.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { ALL, beyondGate } from '../../support/tier.ts';
import { hbmark, journalled, LONG, recordIn, samplesIn, start as startTool } from './tool.ts';

/** The number of moments of each kind. */
const MOMENTS = Number(process.env.HBMARK_KILLS ?? 1);

/** The time in which a run is killed, in ms after its journal is there. The journal is written every five seconds. */
const KILLED_WITHIN_MS = 6000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-kills-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const environment = (): NodeJS.ProcessEnv => ({ HBMARK_CACHE: file('tunings.json') });
const start = (args: readonly string[]) => startTool(args, environment());

/** A record whose plan was changed is refused before the GPU is touched, with place, rule and value. */
async function refusedOnceChanged({ id: _, ...body }: RunRecord): Promise<void> {
  // Where there is no adapter, whatever touches the GPU ends with exit 3.
  const nowhere = { ...environment(), VK_DRIVER_FILES: '/nowhere.json', VK_ICD_FILENAMES: '/nowhere.json' };
  for (const [tuning, message] of [
    [{ loadsInFlight: 1e9 }, /plan\.cases\[0\]\.tuning\.loadsInFlight must be one of .*; got 1000000000\./],
    [{ loadsInFlight: -1 }, /plan\.cases\[0\]\.tuning\.loadsInFlight must be one of .*; got -1\./],
  ] as const) {
    const changed = structuredClone(body);
    Object.assign(changed.plan.cases[0]?.tuning ?? {}, tuning);
    Object.assign(changed.measurements[0]?.case.tuning ?? {}, tuning);
    writeFileSync(file('changed.json'), JSON.stringify(seal(changed)));
    const { code, stdout, stderr } = await hbmark(['run', '--resume', file('changed.json')], nowhere);
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  }
}

/** Moments that are spread over the time, each drawn within its part of it. */
const moments = (): number[] =>
  Array.from({ length: MOMENTS }, (_, i) => Math.round(((i + Math.random()) / MOMENTS) * KILLED_WITHIN_MS));

test.each(moments())('SIGKILL %i ms after the journal is there: it passes its check, and is resumed', async (ms) => {
  const out = file('run.json');
  const { child, ended } = start(['run', ...LONG, '--out', out]);
  await journalled(out);
  await setTimeout(ms);
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
  const before = recordIn(`${out}.unfinished`);
  expect(samplesIn(before).length).toBeGreaterThan(0);

  // The kernels are those of the record. The lock of the process that was killed is taken over.
  const resume = ['run', '--resume', `${out}.unfinished`, '--memory', '0.2', '--budget', '6', '--out', out];
  const resumed = await hbmark([...resume, '--json'], environment());
  expect(resumed.code, resumed.stderr).toBe(0);
  const { record }: RunDocument = JSON.parse(resumed.stdout);
  expect(recordIn(out).id).toBe(record.id);
  expect(record.created).toBe(before.created);
  const after = samplesIn(record);
  for (const sample of samplesIn(before)) expect(after).toContainEqual(sample);
  const left = readdirSync(folder).filter((name) => !name.endsWith('.new') && !name.endsWith('.lock'));
  expect(left.sort()).toEqual(['run.json']);
});

describe.each(['SIGTERM', ...beyondGate('SIGHUP' as const)] as const)('%s', (signal) => {
  test.each(moments())(
    '%i ms after the journal is there: the record is written, the rest is said, and no changed plan resumes',
    async (ms) => {
      const out = file('run.json');
      const { child, ended, stderr } = start(['run', ...LONG, '--out', out]);
      await journalled(out);
      await setTimeout(ms);
      child.kill(signal);
      expect(await ended, stderr()).toBe(130);
      const record = recordIn(out);
      expect(record.events.at(-1)?.kind).toBe('cancelled');
      expect(samplesIn(record).length).toBeGreaterThan(0);
      expect(readdirSync(folder)).toEqual(['run.json']);
      await refusedOnceChanged(record);
    },
  );
});

describe.each([['chromium', ['--adapter', 'swiftshader']], ...beyondGate<[string, string[]]>(['firefox', []])])(
  '%s',
  (host, place) => {
    // Browsers take long to start: a third of the moments.
    test.each(moments().slice(-Math.ceil(MOMENTS / 3)))(
      'that is killed %i ms after the journal is there: the terminal has what it received',
      async (ms) => {
        const out = file('run.json');
        const { child, ended, stderr } = start(['run', ...LONG, '--host', host, ...place, '--out', out]);
        await journalled(out);
        await setTimeout(ms);
        const [browser] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ');
        process.kill(Number(browser), 'SIGKILL');
        expect(await ended).toBe(3);
        expect(stderr()).toContain(`what was measured is in ${out}.unfinished`);
        expect(samplesIn(recordIn(`${out}.unfinished`)).length).toBeGreaterThan(0);
      },
    );
  },
);

// tuning.test.ts reads what a tuning kept.
test.runIf(ALL).each(moments().slice(-Math.ceil(MOMENTS / 3)))(
  'tune that is killed %i ms after its first winner: the file has every winner by then',
  async (ms) => {
    const { child, ended } = start([
      'tune',
      '--kernel',
      'stream-read',
      '--kernel',
      'gemv',
      '--memory',
      '0.2',
      // The first of two kernels is raced for half of it.
      '--budget',
      '120',
    ]);
    const winners = () =>
      Object.values<{ winners: unknown[] }>(JSON.parse(readFileSync(file('tunings.json'), 'utf8')).machines)[0]
        ?.winners;
    await expect.poll(() => existsSync(file('tunings.json'))).toBe(true);
    await setTimeout(ms);
    const before = winners();
    expect(before?.length).toBeGreaterThan(0);
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    // A winner may have been found since.
    expect(winners()).toEqual(expect.arrayContaining(before ?? []));
  },
);

describe('a file that cannot be written', () => {
  const SHORT = ['--kernel', 'stream-read', '--memory', '0.2', '--budget', '5'];

  test('--out /dev/full: the result is printed, exit 4 names the file and where the record is', async () => {
    const { code, stdout, stderr } = await hbmark(['run', ...SHORT, '--out', '/dev/full', '--json'], environment());
    expect(code, stderr).toBe(4);
    const { record }: RunDocument = JSON.parse(stdout);
    const [, elsewhere = ''] = /the record is not in \/dev\/full, .*ENOSPC.*; it is in (.*)/.exec(stderr) ?? [];
    expect(recordIn(elsewhere)).toEqual(record);
    rmSync(join(elsewhere, '..'), { recursive: true });
  });

  test('tune where the file of tunings cannot be: the winner is printed, and in a file that is named', async () => {
    writeFileSync(file('in-the-way'), '');
    const cache = join(file('in-the-way'), 'tunings.json');
    const tune = ['tune', ...SHORT, '--json'];
    const { code, stdout, stderr } = await hbmark(tune, { ...environment(), HBMARK_CACHE: cache });
    expect(code, stderr).toBe(4);
    const { tuned, store } = JSON.parse(stdout);
    expect(tuned).toMatchObject([{ kernel: 'stream-read' }]);
    expect(stderr).toContain(`the tunings are not in ${cache}, which cannot be written (`);
    expect(stderr).toContain(`HBMARK_CACHE=${store}`);
    expect(JSON.parse(readFileSync(store, 'utf8')).machines).not.toEqual({});
    rmSync(join(store, '..'), { recursive: true });
  });

  // A disk without room has the same: disks.test.ts.
  test.runIf(ALL)('a folder in the way of the journal: that is said once, and the record is written', async () => {
    mkdirSync(file('run.json.unfinished'));
    const long = ['--kernel', 'stream-read', '--memory', '0.2', '--profile', 'full', '--budget', '25'];
    const { code, stderr } = await hbmark(['run', ...long, '--out', file('run.json')], environment());
    expect(code, stderr).toBe(0);
    expect(stderr.match(/run\.json\.unfinished cannot be written/g)).toHaveLength(1);
    expect(samplesIn(recordIn(file('run.json'))).length).toBeGreaterThan(0);
  });
});

test('two at once: the second waits for the first, and its record says so', async () => {
  const long = start(['run', ...LONG, '--out', file('first.json')]);
  await journalled(file('first.json'));
  const second = start(['run', ...LONG, '--out', file('second.json')]);
  await expect.poll(second.stderr).toContain(`process ${long.child.pid} is measuring on this machine`);
  const third = await hbmark(['run', ...LONG, '--out', file('first.json')], environment());
  expect(third.code).toBe(2);
  expect(third.stderr).toContain(`process ${long.child.pid} writes to ${file('first.json')}`);
  long.child.kill('SIGTERM');
  expect(await long.ended).toBe(130);
  await journalled(file('second.json'));
  second.child.kill('SIGTERM');
  expect(await second.ended, second.stderr()).toBe(130);
  const { events } = recordIn(file('second.json'));
  expect(events.filter(({ kind }) => kind === 'other-run')).toMatchObject([
    { detail: expect.stringContaining(`process ${long.child.pid} measured on this machine until this run began`) },
  ]);
});
