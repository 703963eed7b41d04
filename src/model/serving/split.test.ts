import { describe, expect, test } from 'vitest';
import { kvBytesHeld, ROUTING, stepWork, weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { type Gpus, heldOnEach, SPLITS, splitStep, whyNotSplit } from './split.ts';

const kept = (id: string, weights = 'f16') => {
  const model = modelById(id);
  return { model, tensors: tensorsIn(model, allIn(weights)), kv: 'f16' };
};

const LLAMA = kept('llama-3.1-70b');
const DEEPSEEK = kept('deepseek-v3', 'int8');
const NO_WAY = { seconds: 0, bytesPerSecond: Number.POSITIVE_INFINITY };

const gpus = (count: number, split: Gpus['split'], link = NO_WAY): Gpus => ({ count, split, link });

describe('one GPU', () => {
  test.each(SPLITS)('%s: is not split at all, and sends no messages', (split) => {
    const point = { batch: 3, context: 5000 };
    const link = { seconds: 1e-5, bytesPerSecond: 32e9 };
    const { work, turns, dispatchShare, linkSeconds } = splitStep(DEEPSEEK, point, gpus(1, split, link));
    const { weightBytes, cacheBytes, groups } = heldOnEach(DEEPSEEK, 5000, gpus(1, split));
    const { model, tensors, kv } = DEEPSEEK;
    const whole = stepWork(model, tensors, { ...point, kv }, ROUTING);
    for (const [key, value] of Object.entries(whole)) expect(work[key as keyof typeof whole]).toBeCloseTo(value, -1);
    expect([turns, dispatchShare, linkSeconds, groups]).toEqual([1, 1, 0, 1]);
    expect(weightBytes).toBeCloseTo(weightBytesHeld(tensors), -1);
    expect(cacheBytes).toBeCloseTo(kvBytesHeld(model, 5000, kv, 'window'), -1);
  });
});

describe('tensor', () => {
  test('Llama 3.1 70B in f16: half of its 141 GB on each of two', () => {
    expect(heldOnEach(LLAMA, 1, gpus(2, 'tensor')).weightBytes / 1e9).toBeCloseTo(141.1 / 2, 1);
  });

  test('its eight KV heads are split over up to eight GPUs, and copied beyond', () => {
    const cacheOn = (count: number) => heldOnEach(LLAMA, 4096, gpus(count, 'tensor')).cacheBytes;
    expect(cacheOn(8)).toBeCloseTo(cacheOn(1) / 8, 3);
    expect(cacheOn(16)).toBeCloseTo(cacheOn(8), 3);
  });

  test('a latent is copied to every GPU', () => {
    const cacheOn = (count: number) => heldOnEach(DEEPSEEK, 4096, gpus(count, 'tensor')).cacheBytes;
    expect(cacheOn(8)).toBe(cacheOn(1));
  });

  test('two all-reduces a layer: 2 · 80 · (α + 2 · 7/8 · 16 · 8192 · 2 B / β)', () => {
    const link = { seconds: 1e-5, bytesPerSecond: 450e9 };
    const { linkSeconds } = splitStep(LLAMA, { batch: 16, context: 1 }, gpus(8, 'tensor', link));
    expect(linkSeconds).toBeCloseTo(2 * 80 * (1e-5 + (2 * (7 / 8) * 16 * 8192 * 2) / 450e9), 12);
  });
});

describe('pipeline', () => {
  test('a batch goes through in groups: each GPU works on its layers for each of them', () => {
    const { work, turns, linkSeconds } = splitStep(LLAMA, { batch: 8, context: 1000 }, gpus(4, 'pipeline'));
    const whole = stepWork(LLAMA.model, LLAMA.tensors, { batch: 2, context: 1000, kv: 'f16' }, ROUTING);
    expect([turns, work.batch, linkSeconds]).toEqual([4, 2, 0]);
    expect(work.weightBytes).toBeCloseTo(whole.weightBytes / 4, -1);
    expect(work.kvBytes).toBeCloseTo(whole.kvBytes / 4, -1);
  });

  test('80 layers over three GPUs: the fullest has 27', () => {
    expect(heldOnEach(LLAMA, 1, gpus(3, 'pipeline')).weightBytes).toBeCloseTo(
      (27 / 80) * weightBytesHeld(LLAMA.tensors),
      -1,
    );
  });
});

describe('expert', () => {
  test('experts are split, all else is on each GPU; caches lie with their sequences', () => {
    const experts = DEEPSEEK.tensors.filter(({ reads }) => typeof reads === 'object');
    const { weightBytes, groups, cacheBytes } = heldOnEach(DEEPSEEK, 4096, gpus(64, 'expert'));
    const [all, ofExperts] = [weightBytesHeld(DEEPSEEK.tensors), weightBytesHeld(experts)];
    expect(weightBytes).toBeCloseTo(all - ofExperts + ofExperts / 64, -1);
    expect(groups).toBe(64);
    expect(cacheBytes).toBe(heldOnEach(DEEPSEEK, 4096, gpus(1, 'expert')).cacheBytes);
  });

  test('a full batch reads each expert once, wherever it is', () => {
    const { work } = splitStep(DEEPSEEK, { batch: 64 * 256, context: 1 }, gpus(64, 'expert'));
    const held = heldOnEach(DEEPSEEK, 1, gpus(64, 'expert')).weightBytes;
    // The embedding is held and not read, but for a row of each token.
    expect(work.weightBytes).toBeLessThan(held);
    expect(work.weightBytes / held).toBeGreaterThan(0.9);
  });
});

test('a model that cannot be split so: the reason, with the numbers met', () => {
  expect(whyNotSplit(LLAMA.model, { count: 6, split: 'tensor' })).toBe(
    '64 attention heads are not split evenly over 6 GPUs',
  );
  expect(whyNotSplit(LLAMA.model, { count: 100, split: 'pipeline' })).toBe(
    'Llama 3.1 70B has 80 layers, fewer than 100 GPUs',
  );
  expect(whyNotSplit(LLAMA.model, { count: 2, split: 'expert' })).toBe('Llama 3.1 70B has no experts to split');
  expect(whyNotSplit(DEEPSEEK.model, { count: 3, split: 'expert' })).toBe(
    '256 experts are not split evenly over 3 GPUs',
  );
  for (const split of SPLITS) expect(whyNotSplit(DEEPSEEK.model, { count: 8, split })).toBeUndefined();
});
