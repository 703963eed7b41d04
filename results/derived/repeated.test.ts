import { describe, expect, test } from 'vitest';
import committed from '../data/2026-11-24-lavapipe-quick.json';
import withSteps from '../data/2026-11-24-lavapipe-smollm2-f16.json';
import { readRecord } from '../record/check.ts';
import type { RunRecord } from '../record/schema.ts';
import { isTimedStep } from './decode.ts';
import { isMeasured, runDrift, streamingGBps } from './derive.ts';
import { conditionsOf, differencesOf, pairsOf, sharedFigures } from './repeated.ts';

const record = readRecord(committed);
const decoded = readRecord(withSteps);

/** The run on a machine that is slower by `factor`. */
function slower(of: RunRecord, factor: number): RunRecord {
  const samplesOf = <T extends { readonly gpuMs: number | null; readonly wallMs: number }>(samples: readonly T[]) =>
    samples.map((s) => ({ ...s, gpuMs: s.gpuMs === null ? null : s.gpuMs * factor, wallMs: s.wallMs * factor }));
  return {
    ...of,
    measurements: of.measurements.map((m) => (isMeasured(m) ? { ...m, samples: samplesOf(m.samples) } : m)),
    ...(of.decode && {
      decode: of.decode.map((m) => (isTimedStep(m) ? { ...m, samples: samplesOf(m.samples) } : m)),
    }),
  };
}

const RUNS = [1, 1.02, 0.98].map((factor) => slower(decoded, factor));

describe('runs are comparable', () => {
  test('where they differ in seed and time only', () => {
    const other = { ...record, seed: record.seed + 1, created: '2030-01-01T00:00:00.000Z' };
    expect(differencesOf([record, other, record].map(conditionsOf))).toEqual([]);
    expect(differencesOf([])).toEqual([]);
  });

  test.each<[string, Partial<RunRecord>]>([
    ['adapter', { adapter: { ...record.adapter, device: 'another' } }],
    ['browser or engine', { host: { ...record.host, majorVersion: 1 } }],
    ['profile', { profile: 'full' }],
    ['kernels', { harness: { ...record.harness, kernels: '0'.repeat(64) } }],
    ['version of HBMark', { harness: { ...record.harness, version: '9.9.9' } }],
    ['trusted clock', { clock: { ...record.clock, trusted: 'queue-drain' } }],
    ['memory streamed through', { plan: { ...record.plan, poolBytes: 1 } }],
  ])('only with the same %s', (name, change) => {
    const other = { ...record, ...change };
    expect(differencesOf([record, other].map(conditionsOf))).toEqual([name]);
  });
});

describe('the figures that runs share', () => {
  test('are the headline, each decode step and each kernel, in the order of the first run', () => {
    const shared = sharedFigures(RUNS);
    const of = (kind: string) => shared.filter(({ subject }) => subject.of === kind);
    expect(shared[0]?.subject).toEqual({ of: 'stream' });
    expect(shared[0]?.runs[0]?.value).toBe(streamingGBps(decoded)?.value);
    expect(of('decode').map(({ subject }) => subject.of === 'decode' && subject.case)).toEqual(
      decoded.decode?.filter(isTimedStep).map((m) => m.case),
    );
    expect(of('kernel')).toHaveLength(decoded.measurements.filter(isMeasured).length);
    for (const { runs, between } of shared) {
      expect(runs).toHaveLength(3);
      const [low = 0, high = 0] = between.mean.ci95 ?? [];
      expect(low).toBeLessThan(between.mean.value);
      expect(high).toBeGreaterThan(between.mean.value);
    }
  });

  test('leave out what one run lacks', () => {
    const [first, ...others] = RUNS;
    if (!first) throw new Error('there are no runs');
    const lacking = { ...first, decode: first.decode?.slice(1), measurements: first.measurements.slice(0, 1) };
    const kinds = sharedFigures([...others, lacking]).map(({ subject }) => subject.of);
    expect(kinds.filter((kind) => kind === 'decode')).toHaveLength((decoded.decode?.length ?? 0) - 1);
    expect(kinds.filter((kind) => kind === 'kernel')).toHaveLength(1);
    expect(sharedFigures([])).toEqual([]);
  });

  test('take the fastest of several tunings, whichever it was', () => {
    const tuned = (factor: number, lanes: number): RunRecord => {
      const { measurements } = slower(decoded, factor);
      return { ...decoded, measurements: measurements.map((m) => ({ ...m, case: { ...m.case, tuning: { lanes } } })) };
    };
    const both = { ...decoded, measurements: [...tuned(2, 1).measurements, ...tuned(1, 2).measurements] };
    const kernels = sharedFigures([both, tuned(1, 3)]).filter(({ subject }) => subject.of === 'kernel');
    expect(kernels).toHaveLength(decoded.measurements.filter(isMeasured).length);
    for (const { runs } of kernels) expect(runs[0]).toEqual(runs[1]);
  });
});

test('a pair is held where the second headline lies in the first’s interval, widened by drift', () => {
  const drift = Math.abs(runDrift(record)?.value ?? 0);
  const far = slower(record, 1 + 10 * drift + 0.5);
  expect(pairsOf([record, record, record])).toEqual({ pairs: 2, held: 2 });
  expect(pairsOf([record, far, far])).toEqual({ pairs: 2, held: 1 });
  expect(pairsOf([record])).toEqual({ pairs: 0, held: 0 });
  expect(pairsOf([{ ...record, measurements: [] }, record])).toEqual({ pairs: 0, held: 0 });
});
