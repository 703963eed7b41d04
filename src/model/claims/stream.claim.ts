import { mean } from 'simple-statistics';
import type { Estimate } from '../../../results/statistics.ts';
import { fitAffine, fitLine, type Line } from '../gemv-line/line.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim } from './claim.ts';
import { coldSteps, combined, type Evidence, type MeasuredStep, stepsThere } from './evidence.ts';
import { bytesOf, OVER_BATCH, OVER_CONTEXT, OVER_WEIGHTS } from './sweeps.ts';

const STEPS = [...OVER_WEIGHTS, ...OVER_CONTEXT, ...OVER_BATCH];

/** `f` of each step's bytes and time, the times being replicates of what was measured. */
function overTimes(
  steps: readonly MeasuredStep[],
  f: (points: readonly { readonly bytes: number; readonly ms: number }[]) => number,
): Estimate {
  return combined(
    steps.map(({ ms }) => ms),
    (...times) => f(times.map((ms, i) => ({ bytes: bytesOf(steps[i] as MeasuredStep), ms }))),
  );
}

const at = ({ overheadMs, msPerByte }: Line, bytes: number): number => overheadMs + bytes * msPerByte;

const measuredPoints = (steps: readonly MeasuredStep[]) => steps.map((step) => ({ bytes: bytesOf(step), ms: step.ms }));

/** Mean relative error of each step's time, as the line through all others has it. */
function heldOutError(evidence: Evidence): Estimate | string {
  const steps = coldSteps(evidence, distinct(STEPS));
  if (typeof steps === 'string') return steps;
  const measured = measuredPoints(steps);
  const others = <T>(all: readonly T[], i: number) => all.filter((_, j) => j !== i);
  return overTimes(steps, (points) =>
    mean(
      points.map(({ bytes, ms }, i) => Math.abs(at(fitLine(others(points, i), others(measured, i)), bytes) / ms - 1)),
    ),
  );
}

/** The part of the steps' times that their bytes take, on average. */
function bytesShare(evidence: Evidence): Estimate | string {
  const steps = coldSteps(evidence, distinct(STEPS));
  if (typeof steps === 'string') return steps;
  const measured = measuredPoints(steps);
  return overTimes(steps, (points) => {
    const line = fitLine(points, measured);
    return mean(points.map(({ bytes }) => 1 - line.overheadMs / at(line, bytes)));
  });
}

/** Sweeps cross, and a step where they do counts once. */
const distinct = <T>(cases: readonly T[]): T[] => [...new Map(cases.map((one) => [JSON.stringify(one), one])).values()];

export default {
  id: 'stream',
  statement: 'A decode step is a stream: its time is affine in the bytes that it reads.',
  steps: distinct(STEPS),
  kernels: ['stream-read', 'working-set-read'],
  statistics: [
    {
      what: 'a line through the other steps misses a step’s time by ? of it',
      threshold: {
        max: 0.1,
        why: 'a tenth is what kernels of different shapes may differ in; beyond it, weights and caches follow another law',
      },
      of: heldOutError,
    },
    {
      what: 'bytes take ? of a step',
      threshold: { min: 0.5, why: 'what takes most of a step is what the step is' },
      of: bytesShare,
    },
  ],
  chart(evidence) {
    const steps = stepsThere(evidence, distinct(STEPS));
    const fit = fitAffine(measuredPoints(steps));
    const most = Math.max(0, ...steps.map(bytesOf));
    return {
      x: { title: 'bytes read by a step, GB', scale: 'linear' },
      y: { title: 'time of a step, ms', scale: 'linear' },
      series: [
        { name: 'measured', kind: 'points', points: steps.map((step) => chartPoint(bytesOf(step) / 1e9, step.ms)) },
        ...(fit
          ? [
              {
                name: 'line through them',
                kind: 'line' as const,
                points: linePoints([0, most / 1e9], (gb) => fit.predictMs(gb * 1e9).value),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
