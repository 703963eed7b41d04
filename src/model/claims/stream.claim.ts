import { mean } from 'simple-statistics';
import type { Estimate } from '../../../results/statistics.ts';
import { fitAffine, fitLine, type GemvLine } from '../gemv-line/line.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim } from './claim.ts';
import { coldSteps, combined, type Evidence, type MeasuredStep, stepsThere } from './evidence.ts';
import { bytesOf, OVER_BATCH, OVER_CONTEXT, OVER_WEIGHTS } from './sweeps.ts';

const STEPS = [...OVER_WEIGHTS, ...OVER_CONTEXT, ...OVER_BATCH];

/** The estimate of `f` over the steps' bytes and times, replicate by replicate of the times. */
function overTimes(
  steps: readonly MeasuredStep[],
  f: (points: readonly { readonly bytes: number; readonly ms: number }[]) => number,
): Estimate {
  return combined(
    steps.map(({ ms }) => ms),
    (...times) => f(times.map((ms, i) => ({ bytes: bytesOf(steps[i] as MeasuredStep), ms }))),
  );
}

const at = ({ overheadMs, msPerByte }: GemvLine, bytes: number): number => overheadMs + bytes * msPerByte;

const measuredPoints = (steps: readonly MeasuredStep[]) => steps.map((step) => ({ bytes: bytesOf(step), ms: step.ms }));

/** The mean relative error of each step's time, predicted by the line through all other steps. */
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

/** The mean share of the steps' times that their bytes take. */
function bytesShare(evidence: Evidence): Estimate | string {
  const steps = coldSteps(evidence, distinct(STEPS));
  if (typeof steps === 'string') return steps;
  const measured = measuredPoints(steps);
  return overTimes(steps, (points) => {
    const line = fitLine(points, measured);
    return mean(points.map(({ bytes }) => 1 - line.overheadMs / at(line, bytes)));
  });
}

/** The cases without repetition: a step where two sweeps cross counts once. */
const distinct = <T>(cases: readonly T[]): T[] => [...new Map(cases.map((one) => [JSON.stringify(one), one])).values()];

export default {
  id: 'stream',
  statement: 'A decode step is a stream: its time is a fixed cost, and its bytes at one rate.',
  steps: distinct(STEPS),
  kernels: ['stream-read', 'working-set-read'],
  statistics: [
    {
      what: 'a line through the other steps misses a step’s time by ?',
      shownAs: 'percent',
      threshold: {
        max: 0.1,
        why: 'kernels of different shapes may differ by a tenth; beyond, weights and caches follow another law',
      },
      of: heldOutError,
    },
    {
      what: 'bytes take ? of a step’s time',
      shownAs: 'percent',
      threshold: { min: 0.5, why: 'a step is a stream if bytes take most of its time' },
      of: bytesShare,
    },
  ],
  chart(evidence) {
    const steps = stepsThere(evidence, distinct(STEPS));
    const fit = fitAffine(measuredPoints(steps));
    const maxBytes = Math.max(0, ...steps.map(bytesOf));
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
                points: linePoints([0, maxBytes / 1e9], (gb) => fit.predictMs(gb * 1e9).value),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
