import { expect, test } from 'vitest';
import { answerTo } from '../answer.ts';
import { DEFAULT_QUESTION, type Question } from '../question.ts';
import { tilesOf } from './tiles.ts';

const tile = (id: string, changes: Partial<Question> = {}) =>
  tilesOf(answerTo({ ...DEFAULT_QUESTION, ...changes })).find((one) => one.id === id);

test('bandwidth buys as much as it grows, and memory less', () => {
  expect(tile('bandwidth')?.figure).toBe('+10.0 %');
  // φ/(1 − φ) at 4.8 of 24 GB, less a little for the embedding, of which a step reads some rows.
  expect(Number.parseFloat(tile('memory')?.figure ?? '')).toBeGreaterThan(2);
  expect(Number.parseFloat(tile('memory')?.figure ?? '')).toBeLessThan(3);
});

test('memory buys much where the weights hardly fit, and nothing is said where they do not', () => {
  expect(Number.parseFloat(tile('memory', { memoryGB: 6.5 })?.figure ?? '')).toBeGreaterThan(10);
  expect(tile('memory', { memoryGB: 2 })).toMatchObject({ figure: '–', note: 'Not even one reader fits.' });
});

test('energy is a floor, by kind of memory, and less with more readers', () => {
  const one = tile('energy');
  expect(one?.title).toMatch(/at least$/);
  expect(one?.note).toMatch(/from HBM2 to HBM3E, with one reader; .* J from GDDR5, .* J from DDR3\./);
  const joules = (text: string | undefined) => Number.parseFloat(text ?? '');
  expect(joules(tile('energy', { batch: 8 })?.figure)).toBeLessThan(joules(one?.figure));
});
