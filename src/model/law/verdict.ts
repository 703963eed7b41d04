/** Whether a machine is bound by bandwidth, by its record, and with what evidence. */

import { memoryShare } from '../../../results/derived/derive.ts';
import { labelOf } from '../../../results/labels/index.ts';
import { BOUND_SHARE } from '../../../results/labels/machine.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { figureText } from '../../../results/text/figures.ts';
import { stepTime } from '../theory/step-time.ts';
import { stepCostsOf } from './costs.ts';
import { knowsWeights, type RecordLaw } from './of-record.ts';
import { weightBytesOf } from './point.ts';

export interface BoundVerdict {
  readonly verdict: 'bandwidth-bound' | 'not bandwidth-bound' | 'undecided';
  readonly evidence: string;
}

/**
 * Decides whether a machine is bound by bandwidth. Its products tell memory from arithmetic, by their memory share. Its
 * steps tell memory from fixed costs, where the law knows both. A machine must pass both tests.
 */
export function boundOf(record: RunRecord, found: RecordLaw | undefined): BoundVerdict {
  const label = labelOf('not-bandwidth-bound', record);
  if (label) return { verdict: 'not bandwidth-bound', evidence: label.reason };
  const share = memoryShare(record);
  if (!share?.ci95) {
    return {
      verdict: 'undecided',
      evidence: 'The run did not measure f16 products and the read ceiling in the same rounds.',
    };
  }
  const { interval } = figureText(share, '%', 0.01);
  const products = `A matrix–vector product uses ${interval} % of the memory’s speed`;
  if (share.ci95[0] < BOUND_SHARE) {
    return { verdict: 'undecided', evidence: `${products}: the threshold, ${100 * BOUND_SHARE} %, lies within.` };
  }
  const steps = found && knowsWeights(found.law) ? stepsOf(found) : [];
  const waiting = steps.filter(({ bound }) => bound !== 'bandwidth');
  if (2 * waiting.length > steps.length) {
    const most = waiting.filter(({ bound }) => bound === 'overhead').length;
    const what = 2 * most >= waiting.length ? 'fixed costs' : 'arithmetic';
    return {
      verdict: 'not bandwidth-bound',
      evidence: `${products}, but ${waiting.length} of ${steps.length} decode steps wait the longest for ${what}.`,
    };
  }
  const ofSteps =
    steps.length > 0
      ? `, and ${steps.length - waiting.length} of ${steps.length} decode steps wait the longest for memory`
      : '';
  return { verdict: 'bandwidth-bound', evidence: `${products}${ofSteps}.` };
}

/** The times of the law's steps, each with what binds it. */
const stepsOf = ({ law }: RecordLaw) =>
  law.points.flatMap((point) => {
    const [format = ''] = Object.keys(point.weightBytes);
    const costs = point.steps === 1 ? stepCostsOf(law, format) : undefined;
    return costs ? [stepTime({ ...point, weightBytes: weightBytesOf(point) }, costs, point.dispatches)] : [];
  });
