/** The other direction of the ceiling: a step takes about as long as its products take one by one. */

import { isTimedStep, stepBytes, stepFigures } from '../../../../../results/derived/decode.ts';
import { bandwidthGBps, isMeasured, readLine } from '../../../../../results/derived/derive.ts';
import { minOf } from '../../../../../results/lists.ts';
import { msText } from '../../../../../results/text/figures.ts';
import type { Rule } from '../../rule.ts';

/**
 * A step may take this many times as long as its bytes at the rate of the slowest product, and a start for each of its
 * dispatches. Steps on programs on the CPU took up to 4 times as long in 2026: attention is slow there.
 */
const SLOWER = 10;

/** Starting a dispatch takes a GPU less than this, in ms, whatever the line of reads says. */
const START_MS = 0.05;

export default {
  id: 'step-too-slow',
  name: 'Steps as fast as their parts',
  statement:
    'A model’s step is made of products of which the run timed some by themselves. It cannot take many times as long.',
  severity: 'doubtful',
  check(record, { software }) {
    const { clock, measurements, decode = [] } = record;
    if (software) return undefined;
    const products = measurements.filter(isMeasured).filter(({ case: { kernel } }) => kernel === 'gemv');
    const slowest = minOf(products.flatMap((m) => bandwidthGBps(m, clock.trusted)?.value ?? []));
    if (!Number.isFinite(slowest) || slowest <= 0) return undefined;
    const startMs = Math.max(START_MS, readLine(record)?.launchMs.value ?? 0);
    for (const m of decode.filter(isTimedStep)) {
      const figures = stepFigures(m, clock.trusted);
      const partsMs = stepBytes(m) / slowest / 1e6 + m.dispatches * startMs;
      const leastMs = figures?.stepMs.ci95?.[0] ?? figures?.stepMs.value ?? 0;
      // A large batch may be bound by arithmetic.
      if (m.case.batch === 1 && leastMs > SLOWER * partsMs) {
        return `A step of ${m.case.model} took ${msText(leastMs)} or more, and its parts take about ${msText(partsMs)} by the products and starts that the same run has timed.`;
      }
    }
    return undefined;
  },
} satisfies Rule;
