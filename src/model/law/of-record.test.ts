import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type RunRecord, recordSchema, type Sample } from '../../../results/schema.ts';
import { MACHINE } from '../../../tests/support/law-points.ts';
import { stepWork } from '../accounting.ts';
import { modelById } from '../models/index.ts';
import { allIn, tensorsIn } from '../tensors.ts';
import { stepTime } from '../theory/step-time.ts';
import { stepCostsOf } from './costs.ts';
import { lawOfRecord, productPoints, stepPoints } from './of-record.ts';

const recordIn = (name: string): RunRecord =>
  recordSchema.parse(JSON.parse(readFileSync(new URL(`../../../results/data/${name}.json`, import.meta.url), 'utf8')));

const lavapipe = recordIn('2026-11-24-lavapipe-quick');

/** Three rounds of two regions of which each dispatch takes `ms`. */
const samples = (ms: number): Sample[] =>
  [0, 1, 2].flatMap((round) =>
    [4, 8].map((dispatches) => ({
      ...{ round, atMs: round, dispatches },
      ...{ wallMs: 1 + dispatches * ms, gpuMs: 1 + dispatches * ms },
    })),
  );

/** A record with decode steps of `models`, as `MACHINE` would take them. */
function withSteps(models: readonly string[], dispatches = 100): RunRecord {
  const decode = models.flatMap((id) => {
    const model = modelById(id);
    const tensors = tensorsIn(model, allIn('f16'));
    return [1, 8].flatMap((batch) =>
      [128, 4096].map((context) => {
        const work = stepWork(model, tensors, { batch, context, kv: 'f16' });
        return {
          status: 'measured' as const,
          case: { model: id, weights: 'f16', kv: 'f16', batch, context },
          work: { bytesRead: 1, bytesWritten: 1, flops: 1 },
          dispatches,
          layers: { distinct: 1, total: 1 },
          ...{ residentBytes: 1, rotationBytes: 1, checksum: '00000000', discarded: [], stopped: 'interval' as const },
          verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 1 },
          samples: samples(1000 * stepTime(work, MACHINE, dispatches).seconds),
        };
      }),
    );
  });
  return { ...lavapipe, measurements: [], decode };
}

describe('a record', () => {
  test('with steps of several models: their costs', () => {
    const found = lawOfRecord(withSteps(['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b']));
    expect(found?.basis).toBe('steps');
    const costs = found && stepCostsOf(found.law, 'f16');
    expect((costs?.weightBytesPerSecond ?? 0) / MACHINE.weightBytesPerSecond).toBeCloseTo(1, 6);
    expect((costs?.kvBytesPerSecond ?? 0) / MACHINE.kvBytesPerSecond).toBeCloseTo(1, 6);
    expect((costs?.sequenceSeconds ?? 0) / MACHINE.sequenceSeconds).toBeCloseTo(1, 6);
    expect(found && stepCostsOf(found.law, 'int4-g32')).toBeUndefined();
  });

  test('with steps of one model and products: products tell what weights take', () => {
    const alone = withSteps(['llama-3.2-1b']);
    expect(lawOfRecord(alone)?.law.terms.find(({ id }) => id.startsWith('beta'))?.figure).toBeNull();
    const measurements = lavapipe.measurements.flatMap((m) =>
      m.status === 'measured' && m.case.kernel === 'gemv' && m.case.params.format === 'f16'
        ? { ...m, samples: samples(0.003 + (m.work.bytesRead + m.work.bytesWritten) / 8e8) }
        : [],
    );
    const both = lawOfRecord({ ...alone, measurements });
    expect(both?.basis).toBe('steps and products');
    const costs = both && stepCostsOf(both.law, 'f16');
    expect((costs?.weightBytesPerSecond ?? 0) / 8e11).toBeCloseTo(1, 3);
  });

  test('without steps: of products, a fixed cost and a rate', () => {
    const found = lawOfRecord(lavapipe);
    expect(found?.basis).toBe('products');
    const ids = found?.law.terms.filter(({ unidentified }) => unidentified?.startsWith('no point')).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['a', 'b']));
  });

  test('without anything: no law', () => {
    expect(lawOfRecord({ ...lavapipe, measurements: [], decode: [] })).toBeUndefined();
  });
});

test('products are those of one variant to a format', () => {
  const names = productPoints(lavapipe).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(3);
});

test('steps of a model that is not known are left out', () => {
  const record = withSteps(['llama-3.2-1b']);
  expect(stepPoints(record).length).toBe(4);
  expect(stepPoints(record, [])).toEqual([]);
});
