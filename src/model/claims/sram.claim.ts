import type { DecodeCase } from '../../../results/record/schema.ts';
import { bytesText } from '../../../results/text/figures.ts';
import { CACHEABLE } from '../models/slices.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim } from './claim.ts';
import { coldSteps, combined, NO_CEILING, stepsThere } from './evidence.ts';

/** Steps with weights of 12 MB, and four sequences whose KV caches take from half a gigabyte to two. */
const STEPS: readonly DecodeCase[] = [16384, 32768, 65536].map((context) => ({
  ...{ model: CACHEABLE.id, weights: 'int4-g32', kv: 'f16', batch: 4, context },
}));

export default {
  id: 'sram',
  statement: 'With the weights in SRAM, the KV cache stays in memory and sets the time of a step.',
  steps: STEPS,
  kernels: ['stream-read', 'working-set-read'],
  statistics: [
    {
      what: 'reading the KV cache at the memory’s speed takes ? of a step whose weights a cache can hold',
      shownAs: 'percent',
      threshold: {
        min: 0.7,
        max: 1.3,
        why: 'a step that is bound by memory waits for it most of the time, as a product does; above 1.3, the KV cache was not read from memory',
      },
      of(evidence) {
        const { ceiling, caches } = evidence;
        const steps = coldSteps(evidence, STEPS);
        if (typeof steps === 'string') return steps;
        const longest = steps.at(-1);
        if (!ceiling || !longest) return NO_CEILING;
        const { weightBytesHeld: weights, work, ms } = longest;
        if ((caches?.kneeBytes ?? 0) < weights) {
          return `the sweep over working sets shows no cache that holds the ${bytesText(weights)} of weights`;
        }
        return combined([ms, ceiling], (stepMs, gbps) => work.kvBytes / gbps / 1e6 / stepMs);
      },
    },
  ],
  chart(evidence) {
    const steps = stepsThere(evidence, STEPS);
    const { ceiling } = evidence;
    return {
      x: { title: 'bytes of KV cache read by a step, GB', scale: 'linear' },
      y: { title: 'time of a step, ms', scale: 'linear' },
      series: [
        {
          ...{ name: 'measured', kind: 'points' },
          points: steps.map(({ work, ms }) => chartPoint(work.kvBytes / 1e9, ms)),
        },
        ...(ceiling
          ? [
              {
                ...{ name: 'KV cache alone, at the read ceiling', kind: 'line' as const },
                points: linePoints(
                  steps.map(({ work }) => work.kvBytes / 1e9),
                  (gb) => (1000 * gb) / ceiling.value,
                ),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
