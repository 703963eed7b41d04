import fc from 'fast-check';
import { expect, test } from 'vitest';
import { speculativeSpeedup, tokensPerCheck } from './speculation.ts';

const acceptance = fc.double({ min: 0, max: 1, noNaN: true });
const drafted = fc.integer({ min: 0, max: 20 });

test('tokens per check are the sum over runs of accepted tokens', () => {
  fc.assert(
    fc.property(acceptance, drafted, (accepted, count) => {
      // One token always comes; the i-th drafted one comes if all up to it are accepted.
      const sum = Array.from({ length: count + 1 }, (_, i) => accepted ** i).reduce((a, b) => a + b, 0);
      expect(tokensPerCheck(accepted, count) / sum).toBeCloseTo(1, 12);
    }),
  );
});

test('tokens per check at the limits: none accepted, all accepted, none drafted', () => {
  expect(tokensPerCheck(0, 5)).toBe(1);
  expect(tokensPerCheck(1, 5)).toBe(6);
  expect(tokensPerCheck(0.7, 0)).toBeCloseTo(1, 12);
  expect(tokensPerCheck(1 - 2 ** -53, 5)).toBeCloseTo(6, 12);
});

// Source: Leviathan et al., table 1. Columns: α, γ, and the speed-up with a draft that costs nothing.
test.each([
  [0.6, 2, 1.96],
  [0.7, 3, 2.53],
  [0.8, 2, 2.44],
  [0.8, 5, 3.69],
  [0.9, 2, 2.71],
  [0.9, 10, 6.86],
])('the speed-up at α %f and γ %i is %f', (accepted, count, speedup) => {
  expect(speculativeSpeedup({ accepted, drafted: count }, 0)).toBeCloseTo(speedup, 2);
});

test('a draft as slow as its model, or a check that costs γ + 1 steps, buys nothing', () => {
  fc.assert(
    fc.property(acceptance, fc.integer({ min: 1, max: 20 }), (accepted, count) => {
      expect(speculativeSpeedup({ accepted, drafted: count }, 1)).toBeLessThanOrEqual(1 + 1e-9);
      expect(speculativeSpeedup({ accepted, drafted: count }, 0, count + 1)).toBeLessThanOrEqual(1 + 1e-9);
    }),
  );
});
