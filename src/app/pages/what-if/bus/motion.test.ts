import { describe, expect, test } from 'vitest';
import { slowdown } from './motion.ts';

describe('a trip', () => {
  test('takes from one to four seconds, by a round factor', () => {
    for (const seconds of [1e-6, 0.000_31, 0.001, 0.0052, 0.0999, 0.1, 0.7, 1, 3, 12, 999]) {
      const factor = slowdown(seconds);
      expect(seconds * factor).toBeGreaterThanOrEqual(1);
      expect(seconds * factor).toBeLessThanOrEqual(4);
      expect([1, 2, 5]).toContain(Number(factor.toPrecision(1)) / 10 ** Math.floor(Math.log10(factor * 1.0001)));
    }
    expect(slowdown(0.0052)).toBe(200);
  });

  test('keeps its factor while it can be watched', () => {
    expect(slowdown(0.0052 / 2, 500)).toBe(500);
    expect(slowdown(0.0052 / 4, 500)).toBe(1000);
    expect(slowdown(0.0052 * 4, 500)).toBe(50);
  });
});
