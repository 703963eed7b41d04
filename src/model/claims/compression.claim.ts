import type { DecodeCase } from '../../../results/schema.ts';
import { chartPoint, linePoints } from './chart.ts';
import type { Claim, Statistic } from './claim.ts';
import { coldSteps, combined, stepsThere } from './evidence.ts';
import { bytesOf, SHORT, sliced } from './sweeps.ts';

const PLAIN = sliced(1, SHORT);
/** Twice and about three and a half times as few bytes; they take more arithmetic to read. */
const FEWER_BITS = ['int8', 'int4-g32'];

const inFormat = (weights: string): DecodeCase => ({ ...PLAIN, weights });

const saving = (format: string): Statistic => ({
  what: `a step in ${format} saves ? of the time that its bytes save`,
  threshold: {
    min: 0.7,
    why: 'as for a product in f16: what waits for memory follows its bytes to within the third that launches and layouts take',
  },
  of(evidence) {
    const steps = coldSteps(evidence, [PLAIN, inFormat(format)]);
    if (typeof steps === 'string') return steps;
    const [plain, narrow] = steps;
    if (!plain || !narrow) return 'there is no pair of steps';
    const bytes = 1 - bytesOf(narrow) / bytesOf(plain);
    return combined([plain.ms, narrow.ms], (whole, part) => (1 - part / whole) / bytes);
  },
});

export default {
  id: 'compression',
  statement: 'Compute buys bandwidth: weights in fewer bits make a step faster by the bytes that they save.',
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
