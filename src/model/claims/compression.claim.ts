import type { DecodeCase } from '../../../results/record/schema.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim, Statistic } from './claim.ts';
import { coldSteps, combined, stepsThere } from './evidence.ts';
import { bytesOf, SHORT, sliced } from './sweeps.ts';

const PLAIN = sliced(1, SHORT);
/** Formats with about 1/2 and 1/3.5 of f16's bytes, which take more arithmetic to read. */
const FEWER_BITS = ['int8', 'int4-g32'];

const inFormat = (weights: string): DecodeCase => ({ ...PLAIN, weights });

const saving = (format: string): Statistic => ({
  what: `a step in ${format} saves ? of the time that its bytes should save`,
  shownAs: 'percent',
  threshold: {
    min: 0.7,
    why: 'a step that waits for memory follows its bytes, except for the third that launches and layouts may take, as in a product in f16',
  },
  of(evidence) {
    const steps = coldSteps(evidence, [PLAIN, inFormat(format)]);
    if (typeof steps === 'string') return steps;
    const [plain, narrow] = steps;
    if (!plain || !narrow) return 'two steps are needed to compare';
    const bytes = 1 - bytesOf(narrow) / bytesOf(plain);
    return combined([plain.ms, narrow.ms], (whole, part) => (1 - part / whole) / bytes);
  },
});

export default {
  id: 'compression',
  statement: 'Compute buys bandwidth: weights in fewer bits make a step as much faster as they save bytes.',
  steps: [PLAIN, ...FEWER_BITS.map(inFormat)],
  kernels: ['working-set-read'],
  statistics: FEWER_BITS.map(saving),
  chart(evidence) {
    const [plain] = stepsThere(evidence, [PLAIN]);
    const narrow = stepsThere(evidence, FEWER_BITS.map(inFormat));
    return {
      x: { title: 'bytes of f16 over bytes', scale: 'linear' },
      y: { title: 'speed-up over f16', scale: 'linear' },
      series: [
        {
          ...{ name: 'measured', kind: 'points' },
          points: plain
            ? narrow.map((step) =>
                chartPoint(
                  bytesOf(plain) / bytesOf(step),
                  combined([plain.ms, step.ms], (a, b) => a / b),
                ),
              )
            : [],
        },
        { name: 'all that the bytes save', kind: 'line', points: linePoints([1, 4], (ratio) => ratio) },
      ],
    };
  },
} satisfies Claim as Claim;
