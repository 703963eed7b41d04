import { significant } from '../../../results/text/figures.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim } from './claim.ts';
import { coldSteps, combined, type Evidence, type MeasuredStep, NO_CEILING } from './evidence.ts';
import { SHORT, sliced } from './sweeps.ts';

/** Batches up to the maximum that the projections take at once. */
const BATCHES = [1, 2, 4, 8, 16, 32];
const STEPS = BATCHES.map((batch) => sliced(batch, SHORT));

/** A step this many times the memory line is bound by something else than memory. */
const OFF_THE_LINE = 1.25;

/** The memory line in ms: T(1), and the KV cache of each further sequence at the read ceiling. */
const memoryLine = (oneMs: number, one: MeasuredStep, gbps: number, batch: number): number =>
  oneMs + ((batch - 1) * one.work.kvBytes) / gbps / 1e6;

function steps(evidence: Evidence): { one: MeasuredStep; all: readonly MeasuredStep[] } | string {
  const all = coldSteps(evidence, STEPS);
  if (typeof all === 'string') return all;
  const [one] = all;
  return one ? { one, all } : NO_CEILING;
}

/** The time of each batch's step over the memory line, or what is missing. */
function offTheLine(evidence: Evidence) {
  const found = steps(evidence);
  const { ceiling } = evidence;
  if (typeof found === 'string') return found;
  if (!ceiling) return NO_CEILING;
  const { one, all } = found;
  return all.map((step) => ({
    batch: step.case.batch,
    ratio: combined(
      [step.ms, one.ms, ceiling],
      (ms, oneMs, gbps) => ms / memoryLine(oneMs, one, gbps, step.case.batch),
    ),
  }));
}

export default {
  id: 'ridge',
  statement: `Beyond some batch, compute binds (here: beyond a batch of at most ${BATCHES.at(-1)}).`,
  steps: STEPS,
  kernels: ['stream-read', 'working-set-read'],
  statistics: [
    {
      what: `a step at batch ${BATCHES.at(-1)} takes ? times as long as one sequence’s step and the KV caches of the others`,
      shownAs: 'ratio',
      threshold: {
        min: OFF_THE_LINE,
        why: 'activations and a few launches, which the memory line leaves out, are less than a quarter of it',
      },
      of(evidence) {
        const ratios = offTheLine(evidence);
        return typeof ratios === 'string' ? ratios : (ratios.at(-1)?.ratio ?? NO_CEILING);
      },
    },
  ],
  remark(evidence) {
    const ratios = offTheLine(evidence);
    if (typeof ratios === 'string') return undefined;
    const above = ratios.findIndex(({ ratio }) => ratio.value >= OFF_THE_LINE);
    const [from, to] = [ratios[above - 1], ratios[above]];
    if (!from || !to) return undefined;
    return `steps leave the memory line between batch ${from.batch} (${significant(from.ratio.value)}) and ${to.batch} (${significant(to.ratio.value)})`;
  },
  chart(evidence) {
    const found = steps(evidence);
    const { ceiling } = evidence;
    const all = typeof found === 'string' ? [] : found.all;
    const [one] = all;
    return {
      x: { title: 'batch', scale: 'log' },
      y: { title: 'time of a step, ms', scale: 'log' },
      series: [
        { name: 'measured', kind: 'points', points: all.map((step) => chartPoint(step.case.batch, step.ms)) },
        ...(one && ceiling
          ? [
              {
                ...{ name: 'memory line', kind: 'line' as const },
                points: linePoints(BATCHES, (batch) => memoryLine(one.ms.value, one, ceiling.value, batch)),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
