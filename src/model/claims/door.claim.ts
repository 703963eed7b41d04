import type { Estimate } from '../../../results/statistics.ts';
import { type ChartPoint, chartPoint, linePoints } from './chart.ts';
import type { Claim, Threshold } from './claim.ts';
import { combined, type Evidence, type MeasuredStep, NO_CEILING, stepsThere } from './evidence.ts';
import { kvGBps, OVER_CONTEXT, OVER_WEIGHTS, weightGBps } from './sweeps.ts';

const AT_THE_CEILING: Threshold = {
  min: 0.7,
  why: 'published f16 products reach 0.92 of the peak in WGSL (wgpu-mm), and products that wait for arithmetic stay far below 0.7; caches are ruled out separately',
};

/** A rate in GB/s over the read ceiling, or what is missing for it. */
function overCeiling({ ceiling }: Evidence, gbps: Estimate | string): Estimate | string {
  if (typeof gbps === 'string') return gbps;
  return ceiling ? combined([gbps, ceiling], (rate, top) => rate / top) : NO_CEILING;
}

export default {
  id: 'door',
  statement: 'Weights and KV cache are read at the speed of memory.',
  steps: [...OVER_WEIGHTS, ...OVER_CONTEXT],
  kernels: ['stream-read', 'working-set-read', 'gemv'],
  statistics: [
    {
      what: 'a large f16 matrix–vector product uses ? of the memory’s speed',
      shownAs: 'percent',
      threshold: AT_THE_CEILING,
      of: ({ gemvShare }) =>
        gemvShare ?? 'no f16 matrix–vector product was measured in the same rounds as the read ceiling',
    },
    {
      what: 'further weights of a step are read at ? of the memory’s speed',
      shownAs: 'percent',
      threshold: AT_THE_CEILING,
      of: (evidence) => overCeiling(evidence, weightGBps(evidence)),
    },
    {
      what: 'further KV cache of a step is read at ? of the memory’s speed',
      shownAs: 'percent',
      threshold: AT_THE_CEILING,
      of: (evidence) => overCeiling(evidence, kvGBps(evidence)),
    },
  ],
  chart(evidence) {
    const sweeps = [
      {
        name: 'weights',
        steps: stepsThere(evidence, OVER_WEIGHTS),
        bytes: ({ work }: MeasuredStep) => work.weightBytes,
      },
      { name: 'KV cache', steps: stepsThere(evidence, OVER_CONTEXT), bytes: ({ work }: MeasuredStep) => work.kvBytes },
    ];
    return {
      x: { title: 'bytes of weights, or of KV cache, GB', scale: 'linear' },
      y: { title: 'time of a step, ms', scale: 'linear' },
      series: [
        ...sweeps.map(({ name, steps, bytes }) => ({
          ...{ name: `${name} growing`, kind: 'points' as const },
          points: steps.map((step) => chartPoint(bytes(step) / 1e9, step.ms)),
        })),
        ...sweeps.map(({ name, steps, bytes }) => ({
          ...{ name: `${name} at the read ceiling, from the first step on`, kind: 'line' as const },
          points: ceilingLine(evidence, steps, bytes),
        })),
      ],
    };
  },
} satisfies Claim as Claim;

/** The line of step times if further bytes were read at the ceiling. */
function ceilingLine(
  { ceiling }: Evidence,
  steps: readonly MeasuredStep[],
  bytes: (step: MeasuredStep) => number,
): ChartPoint[] {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!ceiling || !first || !last) return [];
  const gb = (step: MeasuredStep) => bytes(step) / 1e9;
  return linePoints([gb(first), gb(last)], (at) => first.ms.value + (1000 * (at - gb(first))) / ceiling.value);
}
