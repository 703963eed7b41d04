import { chartPoint } from './chart.ts';
import type { Claim } from './claim.ts';
import { combined } from './evidence.ts';
import { kvGBps, OVER_CONTEXT, OVER_WEIGHTS, weightGBps } from './sweeps.ts';

export default {
  id: 'same-door',
  statement: 'Weights and KV cache pass through the same door: they are read at the same rate.',
  steps: [...OVER_WEIGHTS, ...OVER_CONTEXT],
  kernels: ['working-set-read'],
  statistics: [
    {
      what: 'further KV cache is read at ? times the rate of further weights',
      shownAs: 'ratio',
      threshold: {
        min: 0.8,
        max: 1.25,
        why: 'kernels that read at the rate of memory differ by less than a fifth; one that waits for arithmetic differs by more',
      },
      of(evidence) {
        const [weights, cache] = [weightGBps(evidence), kvGBps(evidence)];
        if (typeof weights === 'string') return weights;
        return typeof cache === 'string' ? cache : combined([cache, weights], (kv, w) => kv / w);
      },
    },
  ],
  chart(evidence) {
    const rates = [weightGBps(evidence), kvGBps(evidence), evidence.ceiling];
    return {
      x: { title: '', scale: 'linear', names: ['weights', 'KV cache', 'read ceiling'] },
      y: { title: 'rate of a further byte, GB/s', scale: 'linear' },
      series: [
        {
          ...{ name: 'measured', kind: 'points' },
          points: rates.flatMap((rate, i) =>
            rate === undefined || typeof rate === 'string' ? [] : chartPoint(i, rate),
          ),
        },
      ],
    };
  },
} satisfies Claim as Claim;
