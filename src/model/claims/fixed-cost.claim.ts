import type { DecodeCase } from '../../../results/record/schema.ts';
import { smollm2_135m } from '../models/presets/smollm2-135m.ts';
import { HOLLOW } from '../models/slices.ts';
import { chartPoint } from './chart.ts';
import type { Claim } from './claim.ts';
import { allSteps, combined, stepsThere } from './evidence.ts';

const SMALL: DecodeCase = { model: smollm2_135m.id, weights: 'f16', kv: 'f16', batch: 1, context: 128 };
/** A step with as many dispatches and next to no bytes. */
const LAUNCHES: DecodeCase = { ...SMALL, model: HOLLOW.id };

export default {
  id: 'fixed-cost',
  statement: 'Small models pay for dispatches, not for bytes (here the thesis ends).',
  steps: [SMALL, LAUNCHES],
  kernels: [],
  statistics: [
    {
      what: 'launching dispatches takes ? of the time of a step of SmolLM2 135M',
      shownAs: 'percent',
      threshold: { min: 0.5, why: 'a step pays for what takes most of its time' },
      of(evidence) {
        const steps = allSteps(evidence, [SMALL, LAUNCHES]);
        if (typeof steps === 'string') return steps;
        const [small, launches] = steps;
        return small && launches
          ? combined([launches.ms, small.ms], (a, b) => a / b)
          : 'two steps are needed to compare';
      },
    },
  ],
  chart(evidence) {
    return {
      x: { title: 'bytes read by a step, GB', scale: 'linear' },
      y: { title: 'time of a step, ms', scale: 'linear' },
      series: [
        {
          ...{ name: 'measured, with as many dispatches each', kind: 'points' },
          points: stepsThere(evidence, [LAUNCHES, SMALL]).map(({ work, ms }) =>
            chartPoint((work.weightBytes + work.kvBytes) / 1e9, ms),
          ),
        },
      ],
    };
  },
} satisfies Claim as Claim;
