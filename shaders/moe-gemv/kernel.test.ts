import { expect, test } from 'vitest';
import kernel from './kernel.ts';

const shape = {
  experts: 128,
  active: 8,
  rows: 768,
  columns: 2048,
  format: 'int4-g32',
  batch: 1,
  form: 'plain',
  seed: 1,
  of: 'tokens',
  order: 'experts',
  planes: 1,
};
/** Bytes of an expert, at 4.5 bits a weight. */
const EXPERT_BYTES = (768 * 2048 * 4.5) / 8;

test('one token reads the experts that it picked', () => {
  const { bytesRead } = kernel.work(shape, kernel.defaults, 'portable');
  expect(bytesRead).toBe(8 * EXPERT_BYTES + 4 * 2048 + 4 * 8);
});

test('experts that several tokens picked are counted once', () => {
  const { bytesRead } = kernel.work({ ...shape, batch: 1000 }, kernel.defaults, 'portable');
  expect(bytesRead).toBe(128 * EXPERT_BYTES + 1000 * (4 * 2048 + 4 * 8));
});

test('tiles are no wider than the most popular expert needs', () => {
  const width = (batch: number) => {
    const tuning = { ...kernel.defaults, tileWidth: 8 };
    const { TOKENS = 0, TOKEN_LANES = 0 } = kernel.constants({ ...shape, batch }, tuning, 'portable');
    return TOKENS * TOKEN_LANES;
  };
  expect(width(1)).toBe(1);
  expect(width(1000)).toBe(8);
});

test('more active experts than there are is refused', () => {
  expect(kernel.refuses({ ...shape, active: 129 }, kernel.defaults)).toBe(
    'active must not exceed experts; got 129 and 128',
  );
});
