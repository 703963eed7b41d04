import { describe, expect, test } from 'vitest';
import type { Reading } from '../../results/record/schema.ts';
import { judge } from './judge.ts';

/**
 * Five repetitions of three lengths on a device with 1 ms per dispatch, whose timestamps show `gpuMs` of the true time.
 */
const readings = (gpuMs: (trueMs: number) => number, wallMs = (trueMs: number) => trueMs + 0.4): Reading[] =>
  Array.from({ length: 5 }, () => [8, 16, 32])
    .flat()
    .map((dispatches) => ({ dispatches, wallMs: wallMs(dispatches), gpuMs: gpuMs(dispatches) }));

describe('which clock is trusted', () => {
  test('timestamps that agree with the wall clock are trusted', () => {
    expect(judge(readings((ms) => ms))).toMatchObject({ trusted: 'timestamp-query', agreement: expect.closeTo(1, 6) });
  });

  test('timestamps in steps of 65.536 µs are trusted', () => {
    expect(judge(readings((ms) => Math.round(ms / 0.065536) * 0.065536)).trusted).toBe('timestamp-query');
  });

  test('a host that often wakes up late does not make timestamps look wrong', () => {
    const late = readings((ms) => ms).map((r, i) => (i % 5 === 0 ? r : { ...r, wallMs: r.wallMs + ((i * 7) % 40) }));
    expect(judge(late)).toMatchObject({ trusted: 'timestamp-query', agreement: expect.closeTo(1, 6) });
  });

  test.each([
    ['70 times too short', (ms: number) => ms / 70, '0.0143'],
    ['25 % too long', (ms: number) => ms * 1.25, '1.25'],
    ['always the same', () => 5, 'times as fast'],
    ['zero', () => 0, 'gave 0 ms'],
    ['negative', (ms: number) => -ms, 'gave -8 ms'],
  ])('timestamps that are %s are not trusted', (_, gpuMs, said) => {
    const { trusted, reason } = judge(readings(gpuMs));
    expect(trusted).toBe('queue-drain');
    expect(reason).toContain(said);
  });
});
