import fc from 'fast-check';
import { expect, test } from 'vitest';
import { largestThatLeaves, largestWhere } from './largest.ts';

test('the largest number for which a condition holds is found with few calls; undefined where it holds for none', () => {
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

test('the largest number that leaves something is found with few calls for a line, and by bisection otherwise', () => {
  const line = fc.tuple(fc.double({ min: 1, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e10, noNaN: true }));
  fc.assert(
    fc.property(line, fc.nat(1e7), fc.nat(20_000), ([each, all], last, bump) => {
      for (const [left, questions] of [
        [(n: number) => all - each * n, 6],
        // −∞ beyond `last`, as for a buffer that is too large for the device.
        [(n: number) => (n > last ? Number.NEGATIVE_INFINITY : all - each * n), 40],
        // This is not quite a line.
        [(n: number) => all - each * n - each * bump * Math.floor(n / 32), 40],
      ] as const) {
        let asked = 0;
        const found = largestThatLeaves(
          (n) => {
            asked++;
            return left(n);
          },
          1,
          1e7,
        );
        expect(found).toBe(largestWhere((n) => left(n) >= 0, 1, 1e7));
        expect(asked).toBeLessThanOrEqual(questions);
      }
    }),
  );
});
