import { chartPoint, linePoints } from './chart.ts';
import type { Claim } from './claim.ts';
import { combined, stepsThere } from './evidence.ts';
import { kvGBps, OVER_BATCH, OVER_CONTEXT, sequenceGBps } from './sweeps.ts';

export default {
  id: 'batching',
  statement: 'A batch shares the weights, but not the KV cache: a further sequence costs only its KV cache.',
  steps: [...OVER_BATCH, ...OVER_CONTEXT],
  kernels: ['working-set-read'],
  statistics: [
    {
      // X = B/(T₀ + B·c/β) tends to β/c, where c/β is the cost of a sequence.
      what: 'the throughput that growing batches approach is ? times what the KV cache’s rate allows',
      shownAs: 'ratio',
      threshold: {
        min: 0.8,
        max: 1.25,
        why: 'a further sequence would cost the weights as well, fourteen times its KV cache here, if nothing were shared, and nothing if everything were',
      },
      of(evidence) {
        const [cache, sequence] = [kvGBps(evidence), sequenceGBps(evidence)];
        if (typeof cache === 'string') return cache;
        return typeof sequence === 'string' ? sequence : combined([sequence, cache], (a, b) => a / b);
      },
    },
  ],
  chart(evidence) {
    const steps = stepsThere(evidence, OVER_BATCH);
    const [first] = steps;
    const cache = kvGBps(evidence);
    const maxBatch = Math.max(1, ...steps.map(({ case: { batch } }) => batch));
    return {
      x: { title: 'batch', scale: 'log' },
      y: { title: 'tokens/s of all sequences', scale: 'linear' },
      series: [
        {
          ...{ name: 'measured', kind: 'points' },
          points: steps.map((step) => chartPoint(step.case.batch, step.tokensPerSecond)),
        },
        ...(first && typeof cache !== 'string'
          ? [
              {
                ...{ name: 'weights shared, KV cache not', kind: 'line' as const },
                points: linePoints(
                  [...Array(maxBatch).keys()].map((i) => i + 1),
                  (batch) => {
                    const eachMs = first.work.kvBytes / cache.value / 1e6;
                    return (1000 * batch) / (first.ms.value + (batch - 1) * eachMs);
                  },
                ),
              },
            ]
          : []),
      ],
    };
  },
} satisfies Claim as Claim;
