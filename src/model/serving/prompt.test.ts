import { expect, test } from 'vitest';
import { attentionFlopsPerToken, kvBytesHeld, weightBytesHeld, weightFlopsPerToken } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { promptWork, requestTime } from './prompt.ts';

const model = modelById('llama-3.1-8b');
const tensors = tensorsIn(model, allIn('f16'));

test('a prompt of one token is the work of a step, whose cache is written and read', () => {
  const work = promptWork(model, tensors, 1, 'f16');
  expect(work.weightFlops).toBe(weightFlopsPerToken(model));
  expect(work.kvFlops).toBe(attentionFlopsPerToken(model, 1));
  expect(work.kvBytes).toBe(2 * kvBytesHeld(model, 1, 'f16', 'window'));
});

test('Llama 3.1 8B, 1000 tokens: about 2 · 8.03e9 · 1000 operations without the head, and attention on top', () => {
  const { weightFlops, kvFlops, weightBytes } = promptWork(model, tensors, 1000, 'f16');
  const [embedding, head] = [128_256 * 4096, 128_256 * 4096];
  expect(weightFlops / (2 * ((8.03e9 - embedding - head) * 1000 + head))).toBeCloseTo(1, 3);
  // 2 · heads · head dim · 2 · P(P + 1)/2 · layers
  expect(kvFlops / (2 * 2 * 32 * 128 * ((1000 * 1001) / 2) * 32)).toBeCloseTo(1, 12);
  expect(weightBytes).toBeLessThan(weightBytesHeld(tensors));
});

test('a request: the prefill, then a step for each token but the first, each over one more position', () => {
  const contexts: number[] = [];
  const { firstSeconds, restSeconds } = requestTime({ prompt: 10, output: 4 }, 0.5, (context) => {
    contexts.push(context);
    return context;
  });
  expect([firstSeconds, restSeconds]).toEqual([0.5, 11 + 12 + 13]);
  expect(requestTime({ prompt: 10, output: 1 }, 0.5, () => 1).restSeconds).toBe(0);
});
