import { probit } from 'simple-statistics';
import { expect, test } from 'vitest';
import { randomSource } from '../../../results/statistics.ts';
import { type Membership, type PooledRow, pool } from './hierarchy.ts';

const SPREAD = 0.2;
const NOISE = 0.05;

const of = (group: string, member: string): Membership[] => [
  { quantity: 0, group, spread: 1 },
  { quantity: 0, group: member, spread: SPREAD },
];

const row = (y: number, memberships: readonly Membership[]): PooledRow => ({
  y,
  memberships,
  expected: ([level = 0]) => ({ y: level, slopes: [1] }),
});

test('a member with many rows has its own level, one with few is drawn to its group, one without has the group’s', () => {
  const rows = [
    ...Array.from({ length: 50 }, () => row(1, of('g', 'a'))),
    ...Array.from({ length: 50 }, () => row(1.1, of('g', 'b'))),
    row(1.6, of('g', 'c')),
  ];
  const fit = pool(rows, [0], NOISE);
  const at = (member: string) => fit.at(of('g', member));
  expect(at('a').quantities[0]).toBeCloseTo(1, 2);
  const [group = 0] = at('new').quantities;
  const [few = 0] = at('c').quantities;
  expect(group).toBeGreaterThan(1);
  expect(few).toBeGreaterThan(group);
  expect(few).toBeLessThan(1.6);
  const variance = (member: string) => at(member).covariance[0]?.[0] ?? 0;
  expect(variance('a')).toBeLessThan(variance('c'));
  expect(variance('new')).toBeGreaterThan(SPREAD ** 2);
});

test('rows far off hardly move the level', () => {
  const rows = Array.from({ length: 10 }, (_, i) => row(i === 0 ? 3 : 1, of('g', 'a')));
  expect(pool(rows, [0], NOISE).at(of('g', 'a')).quantities[0]).toBeCloseTo(1, 2);
});

test('intervals of a member’s level hold the truth as often as they say', () => {
  const random = randomSource(3);
  const normal = (): number => probit((random.below(1e6) + 0.5) / 1e6);
  let held = 0;
  const times = 200;
  for (let i = 0; i < times; i++) {
    const levels = Array.from({ length: 6 }, () => 1 + SPREAD * normal());
    const rows = levels.flatMap((level, k) => [1, 2, 3].map(() => row(level + NOISE * normal(), of('g', `m${k}`))));
    const { quantities, covariance } = pool(rows, [0], NOISE).at(of('g', 'm0'));
    const off = Math.abs((quantities[0] ?? 0) - (levels[0] ?? 0)) / Math.sqrt(covariance[0]?.[0] ?? 0);
    if (off < 1.96) held++;
  }
  expect(held / times).toBeGreaterThan(0.9);
  expect(held / times).toBeLessThanOrEqual(1);
});
