import type { Estimate } from '../../../results/statistics.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim, Threshold } from './claim.ts';
import { combined, type Evidence, NO_CEILING, stepsThere } from './evidence.ts';
import { kvGBps, OVER_CONTEXT, OVER_WEIGHTS, weightGBps } from './sweeps.ts';

const AT_THE_CEILING: Threshold = {
  least: 0.7,
  why: 'published f16 products reach 0.92 of the peak in WGSL (wgpu-mm), and what waits for arithmetic far less than 0.7; that no cache helps is seen to otherwise',
};

/** A rate over the read ceiling. */
function overCeiling({ ceiling }: Evidence, gbps: Estimate | string): Estimate | string {
  if (typeof gbps === 'string') return gbps;
  return ceiling ? combined([gbps, ceiling], (rate, most) => rate / most) : NO_CEILING;
}

export default {
  id: 'door',
  statement: 'Weights and KV cache pass at the streaming ceiling.',
  steps: [...OVER_WEIGHTS, ...OVER_CONTEXT],
  kernels: ['stream-read', 'working-set-read', 'gemv'],
  statistics: [
    {
      what: 'a large f16 matrix–vector product passes at ? of the read ceiling',
      threshold: AT_THE_CEILING,
      of: ({ gemvShare }) => gemvShare ?? 'no f16 matrix–vector product was measured beside the read ceiling',
    },
    {
      what: 'each further byte of a step’s weights passes at ? of the read ceiling',
      threshold: AT_THE_CEILING,
      of: (evidence) => overCeiling(evidence, weightGBps(evidence)),
    },
    {
      what: 'each further byte of its KV cache passes at ? of the read ceiling',
      threshold: AT_THE_CEILING,
      of: (evidence) => overCeiling(evidence, kvGBps(evidence)),
    },
  ],
  chart(evidence) {
    const { ceiling } = evidence;
    const [weights, caches] = [OVER_WEIGHTS, OVER_CONTEXT].map((cases) => stepsThere(evidence, cases));
    const [first, last] = [caches?.[0], caches?.at(-1)];
    return {
      x: { title: 'bytes of weights, or of KV cache, GB', scale: 'linear' },
      y: { title: 'time of a step, ms', scale: 'linear' },
      series: [
        {
          ...{ name: 'weights grow', kind: 'points' },
          points: (weights ?? []).map(({ work, ms }) => chartPoint(work.weightBytes / 1e9, ms)),
        },
        {
          ...{ name: 'KV cache grows', kind: 'points' },
          points: (caches ?? []).map(({ work, ms }) => chartPoint(work.kvBytes / 1e9, ms)),
        },
        ...(ceiling && first && last
          ? [
              {
                ...{ name: 'at the read ceiling', kind: 'line' as const },
                points: linePoints(
                  [first.work.kvBytes / 1e9, last.work.kvBytes / 1e9],
                  (gb) => first.ms.value + ((gb - first.work.kvBytes / 1e9) / ceiling.value) * 1000,
                ),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
