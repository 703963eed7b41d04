import { expect, test } from 'vitest';
import { answerTo } from '../answer.ts';
import { DEFAULT_QUESTION, type Question } from '../question.ts';
import { gaugesOf } from './meter.ts';

const gauges = (changes: Partial<Question>) => gaugesOf(answerTo({ ...DEFAULT_QUESTION, ...changes }));
const binding = (changes: Partial<Question>) =>
  gauges(changes)
    .filter(({ binds }) => binds)
    .map(({ id }) => id);

test('one thing binds', () => {
  expect(binding({})).toEqual(['door']);
  expect(binding({ batch: 40 })).toEqual(['cabin']);
  expect(binding({ tflops: 0.1 })).toEqual(['engine']);
  expect(binding({ fixedMs: 50 })).toEqual(['lights']);
});

test('door, engine and traffic lights share the step', () => {
  for (const changes of [{}, { tflops: 1, batch: 16 }, { fixedMs: 2, tflops: 5 }]) {
    const parts = gauges(changes).filter(({ id }) => id !== 'cabin');
    expect(parts.reduce((sum, { part }) => sum + part, 0)).toBeCloseTo(1, 9);
  }
});

test('the cabin says how full it is', () => {
  const cabin = (changes: Partial<Question>) => gauges(changes).find(({ id }) => id === 'cabin');
  expect(cabin({ batch: 9 })).toMatchObject({ part: 9 / 19, text: '9 of 19 seats taken' });
  expect(cabin({ batch: 40 })).toMatchObject({ part: 1, text: 'too small: 19 seats for 40' });
  expect(cabin({ memoryGB: 2 })).toMatchObject({ part: 1, text: 'too small: 0 seats for 1' });
});
