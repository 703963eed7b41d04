/** Programs on the CPU that are called GPUs: they compute far more slowly than they read, and their times scatter. */

import { median } from 'simple-statistics';
import { isMeasured, memoryShare, pointsOf } from '../../../../results/derive.ts';
import { percentText } from '../../../../results/figures.ts';
import type { Measured, RunRecord } from '../../../../results/schema.ts';
import type { Rule } from '../rule.ts';
import { sameLimits } from '../software-limits.ts';

/**
 * GPUs have ten operations and more for each byte that they read, so a product of a matrix and a vector takes as long as
 * reading does. Programs on the CPU used 4 to 56 % of the memory's speed in records of 2026.
 */
const MAX_SHARE = 0.4;

/** The scatter of times, relative, of half of a program's cases: other programs share the CPU. GPUs' is below 0.02. */
const MIN_SCATTER = 0.06;

export default {
  id: 'like-software',
  name: 'A GPU, not a program that imitates one',
  statement: 'What is called a GPU behaves like one. Programs on the CPU are shown apart.',
  severity: 'doubtful',
  check(record, { software }) {
    if (software) return undefined;
    const imitator = sameLimits(record.adapter.limits);
    if (imitator !== undefined) {
      return `Its limits are, one by one, those of ${imitator}, a program on the CPU, and it is called a GPU.`;
    }
    const share = memoryShare(record);
    if (!share?.ci95 || share.ci95[1] >= MAX_SHARE || scatterOf(record) < MIN_SCATTER) return undefined;
    return `A product of a matrix and a vector uses ${percentText(share)} of the memory’s speed, and times scatter as those of a program on the CPU do. It is called a GPU.`;
  },
} satisfies Rule;

/** The median over cases of how far a time lies off its line, relative. */
function scatterOf({ measurements, clock: { trusted } }: RunRecord): number {
  const each = measurements.filter(isMeasured).map((m: Measured) => {
    const points = pointsOf(m.samples, trusted);
    const [x, y] = [points.reduce((sum, p) => sum + p.x, 0), points.reduce((sum, p) => sum + p.y, 0)];
    return median(points.map((p) => Math.abs(p.y / (p.x * (y / x)) - 1)));
  });
  return each.length > 0 ? median(each) : 0;
}
