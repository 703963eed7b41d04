/** Tests what caches hold of a scan: the formulas against a cache set that is simulated line by line. */

import { describe, expect, test } from 'vitest';
import { countedHits, heldShare, type Policy } from './replacement.ts';

const POLICIES: readonly Policy[] = ['lru', 'random', 'bip', 'brrip'];
/** Scans in lines of a set, whose cache holds 16. */
const SCANS = [17, 24, 32, 48, 64, 128, 171, 256, 512];

describe.each(POLICIES)('%s', (policy) => {
  test.each(SCANS)('of a scan of %i lines a set of 16 holds what is expected', (lines) => {
    expect(Math.abs(heldShare(policy, lines / 16) - countedHits(policy, lines, 7))).toBeLessThan(0.012);
  });

  test('it holds all of what fits, and never more bytes of a longer scan', () => {
    expect(heldShare(policy, 1)).toBe(1);
    const kept = SCANS.map((lines) => lines * heldShare(policy, lines / 16));
    // Half a line for the noise of counting.
    for (const [i, more] of kept.entries()) expect(more).toBeLessThan((kept[i - 1] ?? 16) + 0.5);
  });
});

test('at four and eight caches, thrash-resistant ones hold what the papers lead to expect', () => {
  for (const policy of ['bip', 'brrip'] as const) {
    expect(heldShare(policy, 4)).toBeGreaterThan(0.205);
    expect(heldShare(policy, 4)).toBeLessThan(0.235);
    expect(heldShare(policy, 8)).toBeGreaterThan(0.085);
    expect(heldShare(policy, 8)).toBeLessThan(0.11);
  }
  expect(heldShare('random', 4)).toBeCloseTo(0.02, 2);
});
