import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { streamingGBps } from '../../../results/derived/derive.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { decodeSteps, MACHINE } from '../../../tests/support/law-points.ts';
import { analyse } from '../gemv-line/analyse.ts';
import { llama32_1b } from '../models/presets/llama-3.2-1b.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { machinesOfRecord, memoryGBOf } from './machines.ts';
import { predict } from './predict.ts';

const record = readRecord(JSON.parse(readFileSync('results/data/2026-11-24-lavapipe-quick.json', 'utf8')));

test('GB, GB/s and TFLOP/s of a spec become bytes and seconds', () => {
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
])('%o is refused', (spec, message) => {
  expect(() => machineOfSpec({ gbps: 3350, memoryGB: 80, ...spec })).toThrow(new RangeError(message));
});

describe('a record', () => {
  const served = { model: llama32_1b, weights: 'f16', kv: 'f16', tensors: tensorsIn(llama32_1b, allIn('f16')) };
  const machine = machinesOfRecord(record)('f16', { memoryGB: 8 });

  test('predicts its own weights-only estimate without a KV cache', () => {
    const { weightsOnly } = analyse(record, llama32_1b);
    if (!machine || !weightsOnly) throw new Error('nothing was fitted');
    const { terms } = predict(served, machine, { context: 1, batch: 1 });
    const stepMs = (terms?.overheadMs ?? 0) + (terms?.weightsMs ?? 0);
    // Norms and a row of the embedding are a few thousandths.
    expect(stepMs / weightsOnly.stepMs.value).toBeCloseTo(1, 3);
    expect(terms?.overheadMs).toBeGreaterThanOrEqual(0);
  });

  test('of a software adapter is limited by compute, and a batch costs as much as its tokens one by one', () => {
    if (!machine) throw new Error('nothing was fitted');
    expect(labelsOf(record).map(({ id }) => id)).toContain('not-bandwidth-bound');
    const { fit } = analyse(record, llama32_1b)
      .series.filter(({ format }) => format === 'f16')
      .sort((x, y) => (y.fit?.gbps.value ?? 0) - (x.fit?.gbps.value ?? 0))[0] ?? { fit: undefined };
    expect(machine.costs.flopsPerSecond).toBe((fit?.gbps.value ?? 0) * 1e9);
    const at = (batch: number) => predict(served, machine, { context: 100, batch });
    expect(at(1).bound).toBe('compute');
    expect(at(1).full?.twiceBandwidth).toBe(1);
    expect((at(8).terms?.weightsMs ?? 0) / (at(1).terms?.weightsMs ?? 1)).toBeCloseTo(8, 9);
    expect(machinesOfRecord(record)('f16', { memoryGB: 8, tflops: 0.001 })?.costs.flopsPerSecond).toBe(1e9);
  });

  test('of a machine that waits for memory reads weights at β and KV caches at the ceiling', () => {
    // Nothing shows that arithmetic limits the products without those in f16.
    const reading: RunRecord = {
      ...record,
      measurements: record.measurements.map((m) =>
        m.case.params.format === 'f16'
          ? { ...m, case: { ...m.case, params: { ...m.case.params, format: 'bf16' } } }
          : m,
      ),
    };
    const { series } = analyse(reading, llama32_1b);
    const fastest = Math.max(...series.flatMap(({ format, fit }) => (format === 'bf16' && fit ? fit.gbps.value : [])));
    expect(machinesOfRecord(reading)('bf16', { memoryGB: 8 })).toMatchObject({
      costs: {
        weightBytesPerSecond: fastest * 1e9,
        kvBytesPerSecond: (streamingGBps(record)?.value ?? 0) * 1e9,
        flopsPerSecond: Number.POSITIVE_INFINITY,
      },
      basis: 'weights read at the rate of GEMVs in bf16, a paid once per projection; KV cache read at the ceiling',
    });
  });

  test('with decode steps that know the cost of weights gives their law', () => {
    const models = ['smollm2-360m', 'qwen3-0.6b', 'llama-3.2-1b', 'llama-3.2-3b'];
    // Nothing shows that arithmetic limits the steps without products.
    const steps: RunRecord = { ...record, measurements: [], decode: decodeSteps(models) };
    const machine = machinesOfRecord(steps)('f16', { memoryGB: 8 });
    expect(machine?.basis).toBe('the law of its 16 steps, weights in f16: memory alone, two doors');
    expect((machine?.costs.weightBytesPerSecond ?? 0) / MACHINE.weightBytesPerSecond).toBeCloseTo(1, 3);
    expect((machine?.costs.kvBytesPerSecond ?? 0) / MACHINE.kvBytesPerSecond).toBeCloseTo(1, 3);
    expect((machine?.costs.sequenceSeconds ?? 0) / MACHINE.sequenceSeconds).toBeCloseTo(1, 3);
    // A law without compute would take arithmetic for bandwidth where products show that arithmetic limits them.
    const computing = machinesOfRecord({ ...record, decode: decodeSteps(models) })('f16', { memoryGB: 8 });
    expect(computing?.basis).toMatch(/^weights multiplied at the rate of GEMVs/);
  });

  test('names a format that was not measured', () => {
    expect(machinesOfRecord(record)('ternary', { memoryGB: 8 })?.basis).toMatch(
      /^weights multiplied at the rate of GEMVs in f16 \(none in ternary were measured\)/,
    );
  });

  test('without GEMVs or without a ceiling gives no machine', () => {
    const without = (kernel: string): RunRecord => ({
      ...record,
      measurements: record.measurements.filter((m) => m.case.kernel !== kernel),
    });
    expect(machinesOfRecord(without('gemv'))('f16', { memoryGB: 8 })).toBeUndefined();
    expect(machinesOfRecord(without('stream-read'))('f16', { memoryGB: 8 })).toBeUndefined();
  });
});

test('memory is as reported, or that of the one GPU with the reported name', () => {
  expect(memoryGBOf({ reported: {} })).toBeUndefined();
  expect(memoryGBOf({ reported: { memoryGB: 20, gpu: 'RTX 4090' } })).toBe(20);
  expect(memoryGBOf({ reported: { gpu: 'RTX 4090' } })).toBe(25.757220864);
  expect(memoryGBOf({ reported: { gpu: 'A100' } })).toBeUndefined();
});
