/** A run among others of the same part: a strip of their figures with its quartiles, and its own mark below. Pure. */

import { countText, type Figure, integerText, significant } from '../../../../../results/text/figures.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import type { Middle, Standing, StandingOf } from '../../../collection/crowd/api.ts';
import { stepText } from '../../../text/names.ts';

/** The dots of a strip: of more runs, as many of them are drawn, evenly spread over their order. */
const MAX_DOTS = 150;

/** The steps that are shown: those that most others have timed. */
const MAX_STEPS = 3;

/** The charts of a run that others can be set beside. Empty: there is no other run. */
export function standingCharts({ part, of }: Standing): readonly ChartSpec[] {
  const steps = of.filter(({ step }) => step !== null).slice(0, MAX_STEPS);
  return [...of.filter(({ step }) => step === null), ...steps].flatMap((one, i) => {
    const { middle, faster } = one;
    return middle && faster !== null ? [chartOf(one, middle, faster, part.name, i)] : [];
  });
}

function chartOf(
  { step, own, others }: StandingOf,
  middle: Middle,
  faster: number,
  part: string,
  i: number,
): ChartSpec {
  const unit = step ? 'tokens/s' : 'GB/s';
  const of = step ? stepText(step) : 'reading memory';
  const [low, high] = middle.quartiles;
  const inUnit = (value: number): string => `${significant(value)} ${unit}`;
  return {
    id: `standing-${i}`,
    title: `This run among others of the ${part}: ${of}`,
    takeaway: takeawayOf(faster, middle, inUnit),
    x: { title: step ? 'tokens/s, all readers together' : 'memory is read at, GB/s', scale: 'log' },
    y: { title: '', scale: 'linear' },
    rows: ['others', 'this run'],
    hasLegend: true,
    series: [
      {
        ...{ name: 'this run', line: 'none' },
        points: [{ x: own.value, y: 1, hasSign: true, interval: own.ci95, text: ownText(own, inUnit) }],
      },
      {
        ...{ name: 'another run', line: 'none' },
        points: spread(others).map((value) => ({ x: value, y: 0, hasSign: true, isHollow: true, text: inUnit(value) })),
      },
      {
        ...{ name: 'the middle half of them', line: 'none' },
        points: [{ x: high, from: low, y: 0, text: `from ${inUnit(low)} to ${inUnit(high)}` }],
      },
    ],
    table: {
      head: ['what', { name: of, unit }],
      rows: [
        ['this run', own],
        ['others: lower quarter', low],
        ['others: median', middle.median],
        ['others: upper quarter', high],
        [`other runs: ${integerText(middle.n)}`, undefined],
      ],
    },
    source: `Runs of the same GPU that people added, ${countText(middle.n, 'run')}; those that a rule doubts are left out. HBMark ${__HBMARK_VERSION__}`,
  };
}

const ownText = ({ value }: Figure, inUnit: (value: number) => string): string => inUnit(value);

function takeawayOf(faster: number, { n, median }: Middle, inUnit: (value: number) => string): string {
  if (n === 1) return `One other run of this GPU is there: ${inUnit(median)}.`;
  return `Faster than ${significant(100 * faster, faster === 0 ? 1 : 2)} % of ${integerText(n)} runs of this GPU, whose middle is ${inUnit(median)}.`;
}

/** Some of many values, evenly spread over their order, the first and the last among them. */
function spread(sorted: readonly number[]): readonly number[] {
  if (sorted.length <= MAX_DOTS) return sorted;
  return Array.from(
    { length: MAX_DOTS },
    (_, i) => sorted[Math.round((i * (sorted.length - 1)) / (MAX_DOTS - 1))] ?? 0,
  );
}
