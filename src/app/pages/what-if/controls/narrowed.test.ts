import { expect, test } from 'vitest';
import { narrowed } from './narrowed.ts';

const GROUPS = [
  { title: 'NVIDIA', options: ['RTX 4090', 'RTX 4090 Laptop GPU', 'H100'].map((text) => ({ value: text, text })) },
  { title: 'Apple', options: [{ value: 'Apple M4', text: 'Apple M4' }] },
];

const found = (words: string, chosen: string) =>
  narrowed(GROUPS, words, chosen).flatMap(({ options }) => options.map(({ value }) => value));

test('a list is narrowed to what has all of the words, and keeps what is chosen', () => {
  expect(found('', 'H100')).toHaveLength(4);
  expect(found('4090 laptop', 'Apple M4')).toEqual(['RTX 4090 Laptop GPU', 'Apple M4']);
  expect(found('nvidia h1', 'H100')).toEqual(['H100']);
  expect(found('zzz', 'H100')).toEqual(['H100']);
});
