import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkRecord } from '../../results/check.ts';
import { streamingGBps } from '../../results/derive.ts';
import { labelsOf } from '../../results/labels.ts';
import type { RunRecord } from '../../results/schema.ts';
import { analyse } from './analyse.ts';
import { machineOfRecord, machineOfSpec, memoryGBOf } from './machines.ts';
import { llama32_1b } from './models/llama-3.2-1b.ts';
import { predict } from './predict.ts';
import { allIn, tensorsIn } from './tensors.ts';

function recorded(): RunRecord {
  const checked = checkRecord(JSON.parse(readFileSync('results/data/2026-11-24-lavapipe-quick.json', 'utf8')));
  if (!checked.ok) throw new Error('the committed record fails its check');
  return checked.record;
}
const record = recorded();

test('a spec: GB, GB/s and TFLOP/s become bytes and seconds', () => {
  const { memoryBytes, costs } = machineOfSpec({ gbps: 3350, memoryGB: 80, tflops: 989, overheadMs: 2 });
  expect(memoryBytes).toBe(80e9);
  expect(costs).toMatchObject({ weightBytesPerSecond: 3.35e12, kvBytesPerSecond: 3.35e12, flopsPerSecond: 9.89e14 });
  expect(costs.fixedSeconds).toBe(0.002);
});

test.each([
  [{ gbps: 0 }, 'bandwidth must be a number from 0.1 to 100000000 GB/s; got 0'],
  [{ gbps: -1 }, 'bandwidth must be a number from 0.1 to 100000000 GB/s; got -1'],
  [{ gbps: Number.NaN }, 'bandwidth must be a number from 0.1 to 100000000 GB/s; got NaN'],
  [{ gbps: 3.35e12 }, 'bandwidth must be a number from 0.1 to 100000000 GB/s; got 3350000000000'],
  [{ memoryGB: 80e9 }, 'memory must be a number from 0.01 to 10000000 GB; got 80000000000'],
  [{ tflops: 0 }, 'flops must be a number from 0.001 to 1000000000 TFLOP/s; got 0'],
  [{ overheadMs: -1 }, 'overhead must be a number from 0 to 60000 ms; got -1'],
])('%o is no spec', (spec, message) => {
  expect(() => machineOfSpec({ gbps: 3350, memoryGB: 80, ...spec })).toThrow(new RangeError(message));
});

describe('a record', () => {
  const machine = machineOfRecord(record, llama32_1b, 'f16', { memoryGB: 8 });

  test('without a KV cache it predicts its own weights-only estimate', () => {
    const { weightsOnly } = analyse(record, llama32_1b);
    if (!machine || !weightsOnly) throw new Error('nothing was fitted');
    const served = { model: llama32_1b, weights: 'f16', kv: 'f16', tensors: tensorsIn(llama32_1b, allIn('f16')) };
    const { terms } = predict(served, machine, { context: 1, batch: 1 });
    const stepMs = (terms?.overheadMs ?? 0) + (terms?.weightsMs ?? 0);
    // Norms and a row of the embedding are a few thousandths.
    expect(stepMs / weightsOnly.stepMs.value).toBeCloseTo(1, 3);
    expect(terms?.overheadMs).toBeGreaterThanOrEqual(0);
  });

  test('caches pass at the read ceiling', () => {
    expect(machine?.costs.kvBytesPerSecond).toBe((streamingGBps(record)?.value ?? 0) * 1e9);
    expect(machine?.basis).toBe('weights as GEMVs in f16, a once to each projection; KV cache at the read ceiling');
  });

  test('of a software adapter is bound by compute: bytes would take a fraction of its time', () => {
    expect(labelsOf(record).map(({ id }) => id)).toContain('not-bandwidth-bound');
    expect(machine?.ratesSetBy).toBe('compute');
    // Without products in f16 nothing tells.
    const ofMemory = {
      ...record,
      measurements: record.measurements.map((m) => ({
        ...m,
        case: { ...m.case, params: { ...m.case.params, ...(m.case.params.format === 'f16' && { format: 'bf16' }) } },
      })),
    } as RunRecord;
    expect(machineOfRecord(ofMemory, llama32_1b, 'bf16', { memoryGB: 8 })?.ratesSetBy).toBe('bandwidth');
  });

  test('a format that was not measured is said to be none', () => {
    expect(machineOfRecord(record, llama32_1b, 'ternary', { memoryGB: 8 })?.basis).toMatch(
      /^weights as GEMVs in f16 \(none in ternary were measured\)/,
    );
  });

  test('without GEMVs or without a ceiling is no machine', () => {
    const without = (kernel: string): RunRecord => ({
      ...record,
      measurements: record.measurements.filter((m) => m.case.kernel !== kernel),
    });
    expect(machineOfRecord(without('gemv'), llama32_1b, 'f16', { memoryGB: 8 })).toBeUndefined();
    expect(machineOfRecord(without('stream-read'), llama32_1b, 'f16', { memoryGB: 8 })).toBeUndefined();
  });
});

test('memory is what was reported, or that of the one GPU whose name was', () => {
  expect(memoryGBOf({ reported: {} })).toBeUndefined();
  expect(memoryGBOf({ reported: { memoryGB: 20, gpu: 'RTX 4090' } })).toBe(20);
  expect(memoryGBOf({ reported: { gpu: 'RTX 4090' } })).toBe(24);
  expect(memoryGBOf({ reported: { gpu: 'A100' } })).toBeUndefined();
});
