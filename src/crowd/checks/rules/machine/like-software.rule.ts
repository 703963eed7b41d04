/** Programs on the CPU that are called GPUs: they compute far more slowly than they read, and their times scatter. */

import { median } from 'simple-statistics';
import { inliersOf, isMeasured, memoryShare } from '../../../../../results/derived/derive.ts';
import { labelOf } from '../../../../../results/labels/index.ts';
import type { Measured, RunRecord } from '../../../../../results/record/schema.ts';
import { percentText } from '../../../../../results/text/figures.ts';
import { offLine } from '../../line.ts';
import type { Rule } from '../../rule.ts';
import { sameLimits } from '../../software-limits.ts';

/**
 * GPUs have ten operations and more for each byte that they read, so a product of a matrix and a vector takes as long as
 * reading does. Programs on the CPU used 4 to 56 % of the memory's speed in records of 2026.
 */
const MAX_SHARE = 0.4;

/**
 * The scatter of times, relative, of half of a program's cases: other programs share the CPU. It was 0.03 to 0.5 in
 * records of 2026; that of GPUs is below 0.02. So much is a reason beside a small share, or by itself.
 */
const SCATTER = { withShare: 0.04, alone: 0.06 } as const;

export default {
  id: 'like-software',
  name: 'A GPU, not a program that imitates one',
  statement: 'What is called a GPU behaves like one. Programs on the CPU are shown apart.',
  severity: 'doubtful',
  check(record, { software }) {
    // Memory that is partly elsewhere scatters times as well, and has a label of its own.
    if (software || labelOf('uneven-memory', record)) return undefined;
    const imitator = sameLimits(record.adapter.limits);
    if (imitator !== undefined) {
      return `Its limits are, one by one, those of ${imitator}, a program on the CPU, and it is called a GPU.`;
    }
    const scatter = scatterOf(record);
    const share = memoryShare(record);
    const isSlow = share?.ci95 ? share.ci95[1] < MAX_SHARE : false;
    if (scatter < (isSlow ? SCATTER.withShare : SCATTER.alone)) return undefined;
    const slow =
      isSlow && share
        ? `A product of a matrix and a vector uses ${percentText(share)} of the memory’s speed, and`
        : 'In most cases';
    return `${slow} half of the times lie ${Math.round(100 * scatter)} % or more off their line, as those of a program on the CPU do. It is called a GPU.`;
  },
} satisfies Rule;

/** The median over cases of how far half of the times lie off their line, relative. */
function scatterOf({ measurements, clock: { trusted } }: RunRecord): number {
  const each = measurements.filter(isMeasured).map((m: Measured) => {
    const points = inliersOf(m.samples, trusted);
    const off = offLine(
      points.map(({ x }) => x),
      points.map(({ y }) => y),
    );
    return points.length > 0 ? median(off.map((ms, i) => Math.abs(ms / (points[i]?.y ?? Number.NaN)))) : 0;
  });
  return each.length > 0 ? median(each) : 0;
}
