import { expect, test } from 'vitest';
import type { MemoryNeeds } from '../../harness/memory-needs.ts';
import { lessText, needsText } from './memory-text.ts';

const QUICK: MemoryNeeds = {
  ...{ budget: { bytes: 1e9, reason: 'the profile asks for it' }, isNamed: false, wishedBytes: 1e9 },
  ...{ pools: { main: 1e9, written: 0, scales: 1e8, total: 1e9 }, stepBytes: 0, totalBytes: 1e9 },
};

const FULL: MemoryNeeds = {
  ...{ budget: { bytes: 6.98e9, reason: 'the profile asks for it' }, isNamed: false, wishedBytes: 6.98e9 },
  pools: { main: 4.29e9, written: 1.07e9, scales: 0.54e9, total: 6.98e9 },
  ...{ stepBytes: 4.29e9, totalBytes: 6.98e9 },
};

test('the sum is said, and its parts where there are several', () => {
  expect(needsText(QUICK)).toBe('up to 1.00 GB of GPU memory');
  expect(needsText(FULL)).toBe(
    'up to 6.98 GB of GPU memory: 4.29 GB to read, 1.07 GB to write and 1.62 GB of scales; then up to 4.29 GB for each decode step',
  );
});

test('a run that uses less than its profile asks for says why, unless a person wants it so', () => {
  expect(lessText(FULL)).toBeUndefined();
  const less = { ...FULL, budget: { bytes: 5e8, reason: 'phones end pages' } };
  expect(lessText(less)).toBe('less than the 6.98 GB of the profile, since phones end pages');
  expect(lessText({ ...less, isNamed: true })).toBeUndefined();
});
