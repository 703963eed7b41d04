/** What a page reports to a program that drives it, and what the tests ask of that. */

import { expect } from 'vitest';
import type { EngineReport } from '../../../harness/tuning/events.ts';
import { checkRecord } from '../../../results/check.ts';
import { isMeasured, streamingGBps } from '../../../results/derive.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import type { RunRecord, Sample } from '../../../results/schema.ts';

const PATIENCE = { interval: 100 };

/** The reports of one page. */
export class Reports {
  readonly #all: EngineReport[] = [];

  /** Takes the page's next report: the function `hbmarkReport`. */
  readonly put = (report: EngineReport): void => {
    this.#all.push(report);
  };

  /** Resolves once `n` cases have been measured in this many rounds. */
  async measured(n: number, rounds = 2): Promise<void> {
    const cases = () =>
      new Set(
        this.#all.flatMap((r) =>
          r.type === 'measurement' && r.measurement.status === 'measured' && r.measurement.checks.length >= rounds
            ? [r.index]
            : [],
        ),
      ).size;
    await expect.poll(cases, PATIENCE).toBeGreaterThanOrEqual(n);
  }

  /** Resolves to the next record, which passes its check: that of a run that has ended, or of one that is shown. */
  async record(): Promise<RunRecord> {
    const ended = () => this.#all.find(({ type }) => type === 'done' || type === 'error');
    await expect.poll(() => ended() !== undefined, PATIENCE).toBe(true);
    const last = ended();
    this.#all.length = 0;
    if (last?.type !== 'done') throw new Error(JSON.stringify(last));
    expect(checkRecord(last.record)).toMatchObject({ ok: true });
    return last.record;
  }
}

/** Checks that a run was not cut short. */
export function expectWhole(record: RunRecord): void {
  expect(labels(record)).not.toContain('incomplete');
  expect(streamingGBps(record)?.value).toBeGreaterThan(0);
  for (const m of record.measurements.filter(isMeasured)) expect(['interval', 'plateau', 'time']).toContain(m.stopped);
}

export const labels = (record: RunRecord): string[] => labelsOf(record).map(({ id }) => id);

export const samplesOf = ({ measurements }: RunRecord): readonly Sample[] =>
  measurements.filter(isMeasured).flatMap(({ samples }) => samples);
