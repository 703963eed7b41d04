import { describe, expect, test } from 'vitest';
import { ENGINE_FITS } from '../../../results/reference/engine-costs.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { modelById } from '../models/predicted.ts';
import { promptWork } from '../serving/prompt.ts';
import { requestAt } from './answers.ts';
import type { EngineId } from './engines.ts';
import { type EngineGpu, expectedRequestOf } from './expected.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { predict, type Served } from './predict.ts';

const model = modelById('llama-3.1-8b');
const served: Served = { model, tensors: quantisedTensors(model, 'Q4_K_M'), weights: 'Q4_K_M', kv: 'f16' };
const RTX_3060: EngineGpu = { name: 'NVIDIA GeForce RTX 3060', gbps: 360, tflops: 25.48, shaderTflops: 12.74 };

function expectedFor({ prompt = 1024, output = 256, gpu = RTX_3060, engine = 'localscore' as EngineId } = {}) {
  const machine = machineOfSpec({ gbps: gpu.gbps, memoryGB: 12.9, tflops: 101.9 });
  const prediction = predict(served, machine, { context: prompt + output, batch: 1 });
  const answer = requestAt(served, machine, prediction, prompt);
  if (!answer) throw new Error('it fits');
  return { answer, expected: expectedRequestOf(engine, gpu, served, prediction, answer) };
}

describe('an expected request', () => {
  test('has the time to first token that the fitted costs give', () => {
    const { expected } = expectedFor();
    const costs = ENGINE_FITS.localscore?.prompts.costs.find(({ device }) => device === '3060');
    if (!costs) throw new Error('no costs');
    const work = promptWork(model, served.tensors, 1024, 'f16');
    const read = (work.weightBytes + work.kvBytes) / (0.8 * 360e9);
    const computed = (work.weightFlops + work.kvFlops) / (costs.computeShare * 12.74e12);
    expect(expected.firstTokenMs).toBeCloseTo(1000 * (costs.promptSeconds + read + computed), 6);
  });

  test('is no faster than its bound, and lies within its intervals', () => {
    for (const prompt of [1, 100, 1024, 4096, 30_000]) {
      for (const output of [1, 500]) {
        const { answer, expected } = expectedFor({ prompt, output });
        const { firstTokenInterval: first, totalInterval: total, interval } = expected;
        expect(first?.[0]).toBeGreaterThanOrEqual(answer.firstTokenMs);
        expect(total?.[0]).toBeGreaterThanOrEqual(answer.totalMs * (1 - 1e-12));
        for (const [value, ends] of [
          [expected.firstTokenMs, first],
          [expected.totalMs, total],
          [expected.tokensPerSecond, interval],
        ] as const) {
          expect(value).toBeGreaterThanOrEqual(ends?.[0] ?? Number.NaN);
          expect(value).toBeLessThanOrEqual(ends?.[1] ?? Number.NaN);
        }
        expect(expected.tokensPerSecond).toBeCloseTo((1000 * output) / (expected.totalMs ?? 0), 9);
      }
    }
  });

  test('is wider, with a warning, for prompts longer than any that were measured', () => {
    const ratio = (prompt: number) => {
      const { firstTokenMs, firstTokenInterval } = expectedFor({ prompt }).expected;
      return (firstTokenInterval?.[1] ?? 0) / (firstTokenMs ?? 0);
    };
    expect(ratio(32_000)).toBeGreaterThan(ratio(4000));
    expect(expectedFor({ prompt: 4000 }).expected.warnings.join()).not.toContain('prompt');
    expect(expectedFor({ prompt: 32_000 }).expected.warnings.join()).toContain('a prompt of 32,000 tokens');
  });

  test('says why there is none', () => {
    const evidence = (gpu: EngineGpu, engine: EngineId = 'localscore') => {
      const { expected } = expectedFor({ gpu, engine });
      expect([expected.firstTokenMs, expected.totalInterval, expected.tokensPerSecond]).toEqual([null, null, null]);
      return expected.evidence;
    };
    const { shaderTflops: _, ...unknown } = RTX_3060;
    expect(evidence(unknown)).toBe('no expectation of prompts: the peak of NVIDIA GeForce RTX 3060 is not known');
    const nothing = 'no expectation: nothing measured on this kind';
    expect(evidence({ name: 'Intel Arc A770', gbps: 560, shaderTflops: 19 })).toBe(nothing);
    expect(evidence({ name: 'Qualcomm Adreno X1-85', gbps: 135, shaderTflops: 4 }, 'llama.cpp')).toBe(nothing);
    expect(evidence(RTX_3060, 'vllm')).toBe(nothing);
  });
});
