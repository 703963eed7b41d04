import { mean } from 'simple-statistics';
import { describe, expect, test } from 'vitest';
import { deviceOf } from '../../../results/gpus/kinds.ts';
import { BATCH_1, BATCHED, HELD_OUT, THROUGHPUT } from '../../../results/reference/published.ts';
import { QUANTISATIONS } from '../files/quantisations.ts';
import { mape, predictHeldOut } from '../law/fit-law.ts';
import { LAW_FORMS } from '../law/form.ts';
import { modelById } from '../models/predicted.ts';
import { batchedPoints } from './batched.ts';
import { generationResult, measuredGrowth } from './generations.ts';
import { JOINED } from './joined.ts';
import { pairResults } from './pairs.ts';

// A small version of `npm run validate:published`, which holds out 20 times and prints the tables.

test('every row has a known model, a known quantisation and a source', () => {
  for (const { model, quantisation } of [...BATCHED.models, ...BATCH_1.rows, ...HELD_OUT.rows]) {
    expect(modelById(model).id).toBe(model);
    expect(QUANTISATIONS).toContain(quantisation);
  }
  for (const { rows, sources } of [BATCH_1, HELD_OUT]) {
    for (const { source } of rows) expect(sources[source]?.text).toMatch(/github\.com|ggml-org/);
  }
  for (const { test: name } of THROUGHPUT.rows) {
    expect(Object.keys(THROUGHPUT.sources).some((source) => name.startsWith(source))).toBe(true);
  }
});

test('no fit sees a figure that is held out', () => {
  const figure = ({ device, backend, model, quantisation, tokensPerSecond }: (typeof BATCH_1.rows)[number]) =>
    [deviceOf(device), backend.replace(/,.*/, ''), model, quantisation, tokensPerSecond].join();
  const seen = new Set(BATCH_1.rows.map(figure));
  expect(HELD_OUT.rows.map(figure).filter((one) => seen.has(one))).toEqual([]);
});

test.each([
  ['qwen2.5-7b', 0.03],
  ['gemma-3-4b', 0.03],
  ['gpt-oss-20b', 0.08],
  ['qwen3-30b-a3b', 0.08],
])('held-out steps of %s over batch and context are off by less than %d', (id, maxError) => {
  const points = batchedPoints(BATCHED, BATCHED.models.find(({ model }) => model === id) as (typeof BATCHED.models)[0]);
  const errors = [2, 3].map((seed) => mape(predictHeldOut(points, seed, LAW_FORMS)));
  expect(mean(errors)).toBeLessThan(maxError);
});

describe('two GPUs with the same compute', () => {
  const pairs = pairResults(THROUGHPUT.rows);
  const errorOf = (law: 'product' | 'derived' | 'bandwidth' | 'roofline') =>
    mean(pairs.flatMap(({ gains, measured }) => (gains[law] === null ? [] : [Math.abs(gains[law] / measured - 1)])));

  test('gain what the law with compute says, to a tenth; M·BW is the farthest off', () => {
    expect(pairs.filter(({ gains }) => gains.roofline !== null).length).toBeGreaterThanOrEqual(6);
    expect(errorOf('roofline')).toBeLessThan(0.1);
    expect(errorOf('product')).toBeGreaterThan(errorOf('derived'));
    expect(errorOf('product')).toBeGreaterThan(errorOf('bandwidth'));
  });

  test('differ only in their memory', () => {
    for (const { from, to, gains } of pairs) {
      expect(from).not.toBe(to);
      expect(gains.product).toBeGreaterThan(gains.bandwidth);
      expect(gains.derived).toBeGreaterThanOrEqual(gains.bandwidth);
      expect(gains.derived).toBeLessThanOrEqual(gains.product);
    }
  });
});

describe('generations', () => {
  const measured = measuredGrowth(THROUGHPUT);
  const { joined, scores } = generationResult(THROUGHPUT);

  test('are measured from A100 to GB300, each against the first in its test', () => {
    expect(new Set(measured.map(({ from }) => from.gpu))).toEqual(
      new Set(['NVIDIA A100 80GB', 'NVIDIA H100', 'NVIDIA H200', 'NVIDIA B200']),
    );
    expect(measured.map(({ to }) => to.gpu)).toEqual(
      expect.arrayContaining(['NVIDIA H200', 'NVIDIA GB200', 'NVIDIA GB300']),
    );
  });

  test('have measured gains as published, and those of the laws beside them', () => {
    const h200 = measured.find(
      ({ model, from, to }) => model === 'llama-3.1-405b' && from.gpu === 'NVIDIA H100' && to.gpu === 'NVIDIA H200',
    );
    expect(h200?.measured).toBeCloseTo(69.1 / 48.9, 3);
    expect(h200?.bandwidth).toBeCloseTo(4800 / 3350, 6);
    expect(h200?.product).toBeCloseTo((4800 * 143_771) / (3350 * 81_559), 6);
  });

  test('have caches in the format of each result: from f16 to fp8, the derived law gains twice the bandwidth', () => {
    const a100 = measured.find(({ model, from }) => model === 'llama-2-7b' && from.gpu === 'NVIDIA A100 80GB');
    expect((a100?.derived ?? 0) / (a100?.bandwidth ?? 1)).toBeGreaterThan(2);
  });

  test('are joined: what two GPUs gain in a test is near the ratio of their levels', () => {
    const level = (gpu: string) => joined.find((one) => one.gpu === gpu)?.growth ?? Number.NaN;
    expect(level('NVIDIA A100 80GB')).toBe(1);
    for (const { from, to, measured: gain } of measured) {
      expect(gain / (level(to.gpu) / level(from.gpu))).toBeGreaterThan(0.5);
      expect(gain / (level(to.gpu) / level(from.gpu))).toBeLessThan(2);
    }
    for (const { growth, ci95, gpu } of joined) {
      expect(growth, gpu).toBeGreaterThanOrEqual(ci95[0]);
      expect(growth, gpu).toBeLessThanOrEqual(ci95[1]);
    }
  });

  test('are the numbers that the page draws', () => {
    expect(JOINED.map(({ gpu, tests }) => [gpu, tests])).toEqual(joined.map(({ gpu, tests }) => [gpu, tests]));
    for (const [i, { growth, ci95 }] of JOINED.entries()) {
      expect(growth / (joined[i]?.growth ?? 0)).toBeCloseTo(1, 3);
      for (const [k, end] of ci95.entries()) expect(end / (joined[i]?.ci95[k] ?? 0)).toBeCloseTo(1, 2);
    }
  });

  test('prefer bandwidth over the bytes of a weight to memory × bandwidth, by more than 10 in ln of odds', () => {
    const aic = (name: string) => scores.find((score) => score.name === name)?.aic ?? Number.NaN;
    expect(aic('BW ÷ bytes of a weight')).toBe(0);
    expect(aic('M·BW')).toBeGreaterThan(20);
    expect(aic('BW')).toBeGreaterThan(20);
  });
});
