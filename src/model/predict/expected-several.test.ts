import { describe, expect, test } from 'vitest';
import { GPUS } from '../../../results/gpus/by-name.ts';
import { kindOf } from '../../../results/gpus/kinds.ts';
import { mostTflops } from '../../../results/gpus/tflops.ts';
import { ENGINE_FITS } from '../../../results/reference/engine-costs.ts';
import { BATCHED } from '../../../results/reference/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { modelById } from '../models/predicted.ts';
import { shaderTflopsOf } from '../serving/shader-peak.ts';
import { severalOn } from '../theory/engine-time.ts';
import { ENGINES, type Engine, type EngineId } from './engines.ts';
import { type EngineGpu, expectedOf } from './expected.ts';
import { groupOf } from './expected-step.ts';
import { machineOfSpec } from './machine-of-spec.ts';
import { predict, type Served, workOf } from './predict.ts';

const GB10: EngineGpu = { name: 'NVIDIA GB10', gbps: 273.2, shaderTflops: 29.71 };
const H100: EngineGpu = { name: 'NVIDIA H100', gbps: 3350, tflops: 989, shaderTflops: 66.9 };

function servedAs(id: string, weights: string, head?: string): Served {
  const model = modelById(id);
  return { model, tensors: quantisedTensors(model, weights, head), weights, kv: 'f16' };
}

const qwen = servedAs('qwen2.5-7b', 'Q8_0');

function expectedAt(
  batch: number,
  { gpu = GB10, served = qwen, context = 528, engine = 'llama.cpp' as EngineId } = {},
) {
  const machine = machineOfSpec({ gbps: gpu.gbps, memoryGB: 10_000 });
  return expectedOf(engine, gpu, served, predict(served, machine, { context, batch }));
}

const reach = ({ interval, tokensPerSecond }: ReturnType<typeof expectedAt>): number =>
  (tokensPerSecond ?? 0) / (interval?.[0] ?? 1);

describe('steps of several sequences', () => {
  test('lie about the published ones of a DGX Spark, at every batch, and nine in ten within their interval', () => {
    const { generated, models } = BATCHED;
    const found = models.flatMap(({ model, quantisation, head, rows }) => {
      const served = servedAs(model, quantisation, head);
      return rows
        .filter(({ batch }) => batch > 1)
        .map(({ prompt, batch, seconds }) => {
          const measured = (batch * generated) / seconds;
          const context = prompt + generated / 2;
          const { tokensPerSecond, interval, warnings } = expectedAt(batch, { served, context });
          expect(warnings).toEqual([]);
          const [low = 0, high = 0] = interval ?? [];
          return { batch, error: (tokensPerSecond ?? 0) / measured - 1, isWithin: low <= measured && measured <= high };
        });
    });
    expect(found).toHaveLength(75);
    expect(found.filter(({ isWithin }) => isWithin).length).toBeGreaterThan(67);
    for (const batch of [2, 4, 8, 16, 32]) {
      const errors = found.filter((one) => one.batch === batch).map(({ error }) => error);
      expect(Math.abs(errors.reduce((sum, one) => sum + one, 0) / errors.length), `batch ${batch}`).toBeLessThan(0.05);
    }
  });

  test('take the onset and b more than their bytes and dispatches, and one sequence neither', () => {
    const fit = ENGINE_FITS['llama.cpp'];
    const costs = fit?.costs.find(({ device }) => device === 'gb10');
    if (!fit?.several || !costs) throw new Error('no costs');
    const { onsetSeconds, sequenceSeconds } = fit.several;
    const n = dispatchesOf(qwen.model);
    const secondsOf = (batch: number): number => {
      const { weightBytes, kvBytes } = workOf(qwen, { context: 528, batch });
      return n * costs.dispatchSeconds + (weightBytes + kvBytes) / (costs.bandwidthShare * 273.2e9);
    };
    expect(1 / (expectedAt(1).tokensPerSecond ?? 0)).toBeCloseTo(secondsOf(1), 9);
    expect(4 / (expectedAt(4).tokensPerSecond ?? 0)).toBeCloseTo(
      secondsOf(4) + n * onsetSeconds + 4 * sequenceSeconds,
      9,
    );
  });

  test('are less sure on another GPU, and less still by another backend, with a warning', () => {
    const [own, other, vulkan] = [
      expectedAt(8),
      expectedAt(8, { gpu: H100 }),
      expectedAt(8, { gpu: H100, engine: 'llama.cpp-vulkan' }),
    ];
    const one = reach(expectedAt(1, { gpu: H100 }));
    expect(reach(own)).toBeLessThan(reach(other) / 1.2);
    expect(one).toBeLessThan(reach(other) / 1.2);
    expect(reach(other)).toBeLessThan(reach(vulkan));
    expect(other.warnings).toEqual([expect.stringMatching(/measured on GB10 by CUDA alone/)]);
    expect(expectedAt(1, { gpu: H100 }).warnings).toEqual([]);
  });

  test('are less sure beyond the largest batch and the longest context of the figures', () => {
    expect(expectedAt(64).warnings).toEqual([expect.stringMatching(/up to 32 sequences; batch 64/)]);
    expect(expectedAt(32, { context: 32_768 }).warnings).toEqual([expect.stringMatching(/32,768 is longer .*8,224/)]);
    expect(reach(expectedAt(64))).toBeGreaterThan(reach(expectedAt(32)));
  });

  test('have no expectation of an engine that was measured with one sequence alone', () => {
    const gpu = { name: 'NVIDIA GeForce RTX 3060', gbps: 360 };
    expect(expectedAt(1, { gpu, engine: 'localscore' }).tokensPerSecond).toBeGreaterThan(0);
    expect(expectedAt(2, { gpu, engine: 'localscore' })).toMatchObject({
      ...{ tokensPerSecond: null, interval: null },
      evidence: 'no expectation: no step of several sequences was measured of this engine',
    });
  });
});

describe('compute', () => {
  const served = servedAs('llama-3.2-1b', 'Q4_0');
  const m3: EngineGpu = { name: 'Apple M3 Ultra', gbps: 819, shaderTflops: 26 };
  /** Operations/s of a throughput, in 10¹². */
  const tflopsOf = (tokensPerSecond: number, batch: number): number => {
    const { weightFlops, kvFlops } = workOf(served, { context: 512, batch });
    return (tokensPerSecond * (weightFlops + kvFlops)) / batch / 1e12;
  };

  test.each([32, 2804, 10_000])('at batch %i is no more than the engine reaches in prompts', (batch) => {
    const { tokensPerSecond, interval } = expectedAt(batch, { gpu: m3, served, context: 512 });
    const share =
      ENGINE_FITS['llama.cpp']?.prompts.costs.find(({ device }) => device === 'm3 ultra')?.computeShare ?? 1;
    expect(tflopsOf(tokensPerSecond ?? 0, batch)).toBeLessThanOrEqual(share * 26);
    // The interval has what is not known of the share, and no more.
    expect(tflopsOf(interval?.[1] ?? 0, batch)).toBeLessThan(1.5 * share * 26);
  });

  // Engines multiply quantised weights in int8, which most figures of prompts are of, so that f16 may be slower.
  test('that engines reach is below the bound of each GPU, with weights of 8 bits and of 4', () => {
    const beyond = GPUS.flatMap((gpu) =>
      Object.values(ENGINES as Readonly<Record<string, Engine>>).flatMap(({ fit: id = '', backends }) => {
        const kind = kindOf(gpu.name);
        const backend = kind && backends[kind.vendor];
        const fit = ENGINE_FITS[id];
        const shader = shaderTflopsOf(gpu);
        const costs = fit && backend !== undefined ? groupOf(fit.prompts.costs, backend, gpu.name) : undefined;
        if (!costs || shader === undefined) return [];
        const reached = costs.computeShare * shader;
        return [8.5, 4.5].flatMap((bits) =>
          reached > (mostTflops(gpu, bits) ?? Number.POSITIVE_INFINITY) ? [`${gpu.name} by ${backend}`] : [],
        );
      }),
    );
    expect(beyond).toEqual([]);
  });

  test('is no more than somebody says that the machine has', () => {
    const gpu = { ...m3, tflops: 5 };
    expect(tflopsOf(expectedAt(10_000, { gpu, served, context: 512 }).tokensPerSecond ?? 0, 10_000)).toBeLessThan(5);
  });

  test('that is not known leaves no expectation of batches that it may bind, until it is given', () => {
    const gpu: EngineGpu = { name: 'NVIDIA GeForce RTX 4060 Laptop GPU', gbps: 256 };
    const at = (batch: number, tflops?: number) => expectedAt(batch, { gpu: { ...gpu, tflops }, served });
    for (const batch of [1, 2, 8]) expect(at(batch).tokensPerSecond, `batch ${batch}`).toBeGreaterThan(0);
    expect(at(256)).toMatchObject({
      ...{ tokensPerSecond: null, interval: null },
      evidence: expect.stringMatching(
        /compute may bind so many sequences, .*Laptop GPU is not known: give it, by --flops TFLOP\/s/,
      ),
    });
    expect(at(256, 30).tokensPerSecond).toBeGreaterThan(0);
    expect(at(8, 30).tokensPerSecond).toBe(at(8).tokensPerSecond);
  });
});

test('costs on another GPU lie midway between a host’s, which stay, and those of kernels, which shrink with bandwidth', () => {
  const measured = { onsetSeconds: 4e-5, sequenceSeconds: 4e-4 };
  const { costs, deviation } = severalOn(measured, 4);
  expect(costs.onsetSeconds).toBeCloseTo(2e-5, 12);
  expect(costs.sequenceSeconds * Math.exp(deviation)).toBeCloseTo(4e-4, 12);
  expect(costs.sequenceSeconds / Math.exp(deviation)).toBeCloseTo(1e-4, 12);
  expect(severalOn(measured, 1)).toEqual({ costs: measured, deviation: 0 });
});
