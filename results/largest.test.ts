import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestWhere } from './largest.ts';

test('the largest number of which something holds, with few questions; undefined where of none', () => {
  const range = fc.tuple(fc.nat(10_000), fc.nat(10_000), fc.nat(20_000));
  fc.assert(
    fc.property(range, ([least, more, last]) => {
      let asked = 0;
      const holds = (n: number) => {
        asked++;
        expect(n).toBeGreaterThanOrEqual(least);
        expect(n).toBeLessThanOrEqual(least + more);
        return n <= last;
      };
      const expected = last < least ? undefined : Math.min(last, least + more);
      expect(largestWhere(holds, least, least + more)).toBe(expected);
      expect(asked).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(more + 2)) + 2);
    }),
  );
  expect(largestWhere(() => true, 2, 1)).toBeUndefined();
});
