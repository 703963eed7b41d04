import { describe, expect, test } from 'vitest';
import { PREDICTED_MODELS } from '../../../model/models/predicted.ts';
import { CACHE_FORMATS } from '../../../model/predict/predict.ts';
import { answerTo } from './answer.ts';
import { changesThatFit } from './fitting.ts';
import { DEFAULT_QUESTION, type Question, WEIGHTS } from './question.ts';

const ask = (changes: Partial<Question>) => answerTo({ ...DEFAULT_QUESTION, ...changes });

describe('what would fit', () => {
  test('is nothing where the question fits', () => {
    expect(changesThatFit(ask({}))).toEqual([]);
  });

  test.each<Partial<Question>>([
    { batch: 40 },
    { batch: 40, context: 131_072 },
    { model: 'llama-3.1-70b', weights: 'f16' },
    { model: 'deepseek-v3', memoryGB: 500, weights: 'f16' },
    { memoryGB: 2 },
  ])('fits, each change by itself: %j', (changes) => {
    const answer = ask(changes);
    const offered = changesThatFit(answer);
    expect(offered.length).toBeGreaterThan(0);
    for (const { changes: one } of offered) {
      expect(answerTo({ ...answer.question, ...one }).prediction.fits).toBe(true);
      expect(Object.keys(one)).toHaveLength(1);
    }
  });

  test('says each change in words', () => {
    expect(changesThatFit(ask({ batch: 40 })).map(({ text }) => text)).toEqual([
      '19 readers in place of 40',
      expect.stringMatching(/^a context of [\d,]+$/),
      '47.5 GB of memory',
    ]);
  });
});

describe('there is an answer', () => {
  const holds = (changes: Partial<Question>) => {
    const { prediction, serving } = ask({ memoryGB: 1e5, ...changes });
    expect(prediction.tokensPerSecond).toBeGreaterThan(0);
    expect(serving.weightBytes).toBeGreaterThan(0);
  };

  test('to each model', () => {
    for (const { id: model } of PREDICTED_MODELS)
      for (const weights of ['int4-g32', 'Q4_K_M']) holds({ model, weights });
  });

  test('to each format', () => {
    for (const model of ['llama-3.1-8b', 'gpt-oss-20b', 'deepseek-v3']) {
      for (const weights of WEIGHTS) holds({ model, weights });
      for (const kv of CACHE_FORMATS) holds({ model, kv });
    }
  });
});
