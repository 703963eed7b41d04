/** What a page reports to a program that drives it, and what the tests ask of that. */

import type { Page } from 'playwright';
import { expect } from 'vitest';
import type { EngineReport } from '../../../harness/tuning/events.ts';
import { isMeasured, streamingGBps } from '../../../results/derived/derive.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import { checkRecord } from '../../../results/record/check.ts';
import type { RunRecord, Sample } from '../../../results/record/schema.ts';

const PATIENCE = { interval: 100 };

/** The reports of one page. */
export class Reports {
  readonly #all: EngineReport[] = [];

  /** Takes the page's next report: the function `hbmarkReport`. */
  readonly put = (report: EngineReport): void => {
    this.#all.push(report);
  };

  /** Resolves once `n` cases have been measured in this many rounds. @throws Error if the session ends before */
  async measured(n: number, rounds = 2): Promise<void> {
    await expect.poll(() => this.#measured(rounds) >= n || this.#end() !== undefined, PATIENCE).toBe(true);
    const cases = this.#measured(rounds);
    if (cases < n) throw new Error(`${cases} of ${n} cases were measured in ${rounds} rounds when the session ended`);
  }

  /** Resolves once the run has noticed that its tab is hidden, and waits. @throws Error if the session ends before */
  async paused(): Promise<void> {
    const paused = () => {
      const last = this.#all.findLast(({ type }) => type === 'progress');
      return last?.type === 'progress' && last.phase === 'paused';
    };
    await expect.poll(() => paused() || this.#end() !== undefined, PATIENCE).toBe(true);
    if (!paused()) throw new Error('the session ended before it paused');
  }

  /** Resolves to the next record, which passes its check: that of a run that has ended, or of one that is shown. */
  async record(): Promise<RunRecord> {
    await expect.poll(() => this.#end() !== undefined, PATIENCE).toBe(true);
    const last = this.#end();
    this.#all.length = 0;
    if (last?.type !== 'done') throw new Error(JSON.stringify(last));
    expect(checkRecord(last.record)).toMatchObject({ ok: true });
    return last.record;
  }

  /** The number of cases that have been measured in this many rounds. */
  #measured(rounds: number): number {
    const cases = this.#all.flatMap((r) =>
      r.type === 'measurement' && r.measurement.status === 'measured' && r.measurement.checks.length >= rounds
        ? [r.index]
        : [],
    );
    return new Set(cases).size;
  }

  /** How the session ended. Undefined: it has not. */
  #end(): EngineReport | undefined {
    return this.#all.find(({ type }) => type === 'done' || type === 'error');
  }
}

/**
 * The time in which a run is whole on a very busy machine: a run that its budget cuts short has no headline. Runs end
 * sooner, once their figures are precise.
 */
export const AMPLE = 'budget=600';

/** A short run of a few cases that compile quickly. */
export const SHORT_RUN = `?kernels=stream-read&memory=0.2&seed=1&${AMPLE}`;

/** Opens an address, and returns what the page reports. */
export async function watched(page: Page, address: string): Promise<Reports> {
  const reports = new Reports();
  await page.exposeFunction('hbmarkReport', reports.put);
  await page.goto(address);
  return reports;
}

/** Checks that a run was not cut short. */
export function expectWhole(record: RunRecord): void {
  expect(labels(record)).not.toContain('incomplete');
  expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  for (const m of record.measurements.filter(isMeasured)) expect(['interval', 'plateau', 'time']).toContain(m.stopped);
}

/** The first line of an engine's worker that loses its first device when `loseDevice` says so. */
export const LOSES_DEVICE = `{
  const { requestDevice } = GPUAdapter.prototype;
  const devices = [];
  GPUAdapter.prototype.requestDevice = async function (...args) {
    devices.push(await requestDevice.apply(this, args));
    return devices.at(-1);
  };
  new BroadcastChannel('sabotage').onmessage = () => devices[0]?.destroy();
}`;

/** Has a page, which Playwright or Puppeteer drives, lose its device. */
export const loseDevice = (page: { evaluate(f: () => void): Promise<unknown> }) =>
  page.evaluate(() => new BroadcastChannel('sabotage').postMessage('now'));

/** Checks that a run lost one device, and measured before and after. */
export function expectLoss(record: RunRecord): void {
  const lost = record.events.filter(({ kind }) => kind === 'lost');
  expect(lost).toHaveLength(1);
  const lostMs = lost[0]?.atMs ?? 0;
  expect(samplesOf(record).some(({ atMs }) => atMs < lostMs)).toBe(true);
  expect(samplesOf(record).some(({ atMs }) => atMs > lostMs)).toBe(true);
}

/** Checks that a run says that it paused for two seconds at least, and measured nothing then. */
export function expectPause(record: RunRecord): void {
  const [pause] = record.events.filter(({ kind }) => kind === 'hidden');
  expect(pausedSeconds(pause?.detail)).toBeGreaterThanOrEqual(2);
  const atMs = pause?.atMs ?? 0;
  expect(samplesOf(record).filter((s) => s.atMs > atMs - 2000 && s.atMs < atMs)).toEqual([]);
}

/** How long a run paused by its own account, in seconds. @throws Error if the event does not say */
function pausedSeconds(detail: string | undefined): number {
  const [, seconds] = /paused for (\d+\.\d) s$/.exec(detail ?? '') ?? [];
  if (seconds === undefined) throw new Error(`no pause: ${detail}`);
  return Number(seconds);
}

export const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);

export const samplesOf = ({ measurements }: RunRecord): readonly Sample[] =>
  measurements.filter(isMeasured).flatMap(({ samples }) => samples);
