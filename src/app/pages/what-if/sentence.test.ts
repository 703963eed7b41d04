import { describe, expect, test } from 'vitest';
import { GPUS } from '../../../../results/gpus/by-name.ts';
import { answerTo } from './answer.ts';
import { DEFAULT_QUESTION, OWN, type Question } from './question.ts';
import { sentenceOf } from './sentence.ts';
import { contextText, formatName, shortName, withArticle } from './words.ts';

const said = (changes: Partial<Question>) => sentenceOf(answerTo({ ...DEFAULT_QUESTION, ...changes }));

describe('the sentence', () => {
  test('says what one reader gets, what a full memory makes, and what more would buy', () => {
    expect(said({})).toEqual({
      now: 'On an RTX 4090, Llama 3.1 8B int4 writes at most 190 tokens/s for one reader at 8k context.',
      full: '19 readers fit and share 778.',
      twice: { door: 'Twice the door: ×2.00.', cabin: 'Twice the cabin: ×1.11.' },
    });
  });

  test('says what each of several readers gets', () => {
    expect(said({ batch: 4 }).now).toContain('tokens/s for each of 4 readers at 8k context.');
  });

  test('does not say at most where texts decide which experts are read', () => {
    const sparse = { model: 'gpt-oss-20b', weights: 'int4-g32' };
    expect(said({ ...sparse, batch: 1 }).now).toMatch(/ writes at most \d+ tokens\/s for one reader/);
    expect(said({ ...sparse, batch: 8 }).now).toMatch(/ writes \d+ tokens\/s by the law for each of 8 readers/);
  });

  test('says the numbers of a machine that is not sold like this', () => {
    expect(said({ gbps: 2016 }).now).toMatch(/^On an RTX 4090 with 25\.75 GB at 2,016 GB\/s, .* at most 381 tokens/);
    expect(said({ gpu: OWN, memoryGB: 48.5, gbps: 273.2 }).now).toMatch(/^On a GPU with 48.5 GB at 273.2 GB\/s, /);
  });

  test('says what does not fit, and how many would', () => {
    expect(said({ batch: 40 })).toMatchObject({
      now: 'On an RTX 4090, Llama 3.1 8B int4 does not fit for 40 readers at 8k context: it needs 47.5 GB, and there are 25.75 GB.',
      full: '19 readers fit and share 778.',
    });
    expect(said({ model: 'llama-3.1-70b', weights: 'f16' })).toEqual({
      now: 'On an RTX 4090, Llama 3.1 70B f16 does not fit for one reader at 8k context: it needs 144 GB, and there are 25.75 GB.',
      full: undefined,
      twice: undefined,
    });
  });

  test('speaks of one reader where no more fit', () => {
    expect(said({ memoryGB: 5.7 }).full).toBe('One reader fits and gets 190.');
  });

  test('promises less of bandwidth where a fixed cost takes most of a step', () => {
    expect(said({ fixedMs: 50 }).twice).toEqual({ door: 'Twice the door: ×1.20.', cabin: 'Twice the cabin: ×1.68.' });
  });
});

test('names have the article that people say', () => {
  const named = (gpu: string) => withArticle(shortName(gpu));
  expect(named('NVIDIA GeForce RTX 4090')).toBe('an RTX 4090');
  expect(named('NVIDIA V100 16GB')).toBe('a V100 16GB');
  expect(named('NVIDIA Quadro RTX 8000')).toBe('a Quadro RTX 8000');
  expect(named('NVIDIA GB200')).toBe('a GB200');
  expect(named('AMD Instinct MI300X')).toBe('an MI300X');
  expect(named('Apple M4 Max')).toBe('an Apple M4 Max');
  expect(new Set(GPUS.map(({ name }) => shortName(name))).size).toBe(GPUS.length);
});

test('a context is short where it is whole', () => {
  expect([8192, 131_072, 1024, 1000, 9289, 1].map(contextText)).toEqual(['8k', '128k', '1k', '1,000', '9,289', '1']);
});

test('a format has the name that people use', () => {
  expect(['int4-g32', 'int4-g128', 'f16', 'Q4_K_M'].map(formatName)).toEqual(['int4', 'int4', 'f16', 'Q4_K_M']);
});
