/** What forgers do to a record, for all kinds of forgeries: choosing cases, scaling times, naming machines. */

import { groupBy } from '../../../../results/lists.ts';
import type { DecodeMeasured, Measured, Reading, RunRecord, Sample } from '../../../../results/record/schema.ts';

export type Timed = Measured | DecodeMeasured;

export const kernelsIn = (record: RunRecord): Measured[] =>
  record.measurements.flatMap((m) => (m.status === 'measured' ? [m] : []));
export const stepsIn = (record: RunRecord): DecodeMeasured[] =>
  (record.decode ?? []).flatMap((m) => (m.status === 'measured' ? [m] : []));
export const timedIn = (record: RunRecord): Timed[] => [...kernelsIn(record), ...stepsIn(record)];
export const headlineIn = (record: RunRecord): Measured[] =>
  kernelsIn(record).filter((m) => m.case.kernel === 'stream-read' && m.case.withinBytes === undefined);

export const hasSteps = (record: RunRecord): boolean => stepsIn(record).length > 0;
export const isFallback = ({ adapter }: RunRecord): boolean => adapter.isFallbackAdapter;
export const isCard = ({ adapter }: RunRecord): boolean => adapter.vendor === 'nvidia' || adapter.vendor === 'amd';

/** A time in whole steps of its clock, as a careful forger writes it. */
export const whole = (ms: number, step: number): number => (step > 0 ? Math.max(1, Math.round(ms / step)) * step : ms);

export function scaleReading<R extends Reading>(reading: R, factor: number, { clock }: RunRecord): R {
  const gpuStep = Math.max(1, clock.timestampQuantumNs ?? 1) / 1e6;
  const gpuMs = reading.gpuMs === null ? null : Math.round(whole(reading.gpuMs * factor, gpuStep) * 1e6) / 1e6;
  return { ...reading, gpuMs, wallMs: whole(reading.wallMs * factor, clock.wallQuantumMs) };
}

export function scaleCases(
  record: RunRecord,
  of: readonly Timed[],
  factorOf: (sample: Sample, m: Timed) => number,
): void {
  for (const m of of) {
    m.samples = m.samples.map((sample) => scaleReading(sample, factorOf(sample, m), record));
    m.discarded = m.discarded.map((sample) => ({ ...sample, ...scaleReading(sample, factorOf(sample, m), record) }));
  }
}

/** Everything that took time takes `factor` as long: samples, their dates, readings, races, slabs and the first look. */
export const scaleAll =
  (factor: number) =>
  (record: RunRecord): void => {
    scaleCases(record, timedIn(record), () => factor);
    for (const m of timedIn(record)) {
      m.samples = m.samples.map((sample) => ({ ...sample, atMs: sample.atMs * factor }));
      m.discarded = m.discarded.map((sample) => ({ ...sample, atMs: sample.atMs * factor }));
    }
    const { clock, plan } = record;
    clock.readings = clock.readings.map((reading) => scaleReading(reading, factor, record));
    clock.emptySubmissionMs *= factor;
    plan.probeGBps /= factor;
    for (const race of plan.layouts) {
      for (const one of race.tried) one.rounds = one.rounds.map((round) => ({ ...round, ms: round.ms * factor }));
    }
    for (const slab of plan.memory?.slabs ?? []) {
      slab.readings = slab.readings.map((reading) => scaleReading(reading, factor, record));
    }
    record.events = record.events.map((event) => ({ ...event, atMs: event.atMs * factor }));
  };

export const TIMES = [
  'odd-times',
  'lost-time',
  'region-lengths',
  'region-times',
  'overlapping-regions',
  'clock-readings',
  'above-peak',
  'probe-differs',
  'off-wall-grid',
  'cleaned-noise',
  'above-ceiling',
  'seed-order',
];

export const roundsIn = (m: Timed): Sample[][] => [...groupBy(m.samples, ({ round }) => round).values()];

export const placed =
  (adapter: Partial<RunRecord['adapter']>, host: RunRecord['host']) =>
  (record: RunRecord): void => {
    Object.assign(record.adapter, {
      device: '',
      description: '',
      renderer: null,
      isFallbackAdapter: false,
      ...adapter,
    });
    record.host = host;
  };

export const browser = (brand: string, platform: string): RunRecord['host'] => ({
  kind: 'browser',
  brand,
  majorVersion: 148,
  platform,
});
