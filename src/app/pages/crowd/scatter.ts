/** The collection as a chart: a dot for each part, the law through them, and what is off it. Pure. */

import { countText, significant } from '../../../../results/text/figures.ts';
import type { ChartPoint, ChartSpec } from '../../charts/svg/chart.ts';
import type { CrowdView, LawOutlier, LawView, Middle, PartFigures } from '../../collection/crowd/api.ts';
import { tokensAt } from '../../collection/crowd/views/tokens-at.ts';
import { stepText } from '../../text/names.ts';

/** The parts up to which each has its name beside it: more would lie over each other. */
const MAX_NAMED = 6;

/** A part with both of its figures. */
interface Dot {
  readonly part: PartFigures;
  readonly gbps: Middle;
  readonly tokens: Middle;
}

/** Undefined: no part has both a read ceiling and a step. @param source where the numbers come from */
export function scatterChart({ parts, step, law }: CrowdView, source: string): ChartSpec | undefined {
  if (!step) return undefined;
  const dots = parts.flatMap((part): Dot[] =>
    part.gbps && part.tokens ? [{ part, gbps: part.gbps, tokens: part.tokens }] : [],
  );
  if (dots.length === 0) return undefined;
  const offOf = (key: string) => law?.outliers.find((one) => one.key === key);
  const near = dots.filter(({ part }) => !offOf(part.key));
  const off = dots.filter(({ part }) => offOf(part.key));
  const point = (dot: Dot): ChartPoint => pointOf(dot, offOf(dot.part.key), dots.length <= MAX_NAMED);
  return {
    id: 'crowd',
    title: `Speed against bandwidth: ${stepText(step.step)}`,
    takeaway: takeawayOf(
      law,
      off.map(({ part }) => part.name),
    ),
    x: { title: 'memory is read at, GB/s', scale: 'log' },
    y: { title: 'tokens/s, all readers together', scale: 'log' },
    series: [
      { name: 'a GPU: median, and the middle half of its runs', line: 'none', points: near.map(point) },
      ...(off.length > 0 ? [{ name: 'off the law', line: 'none' as const, points: off.map(point) }] : []),
      ...(law ? [{ name: 'the law', line: 'solid' as const, points: [], curve: curveOf(dots, law) }] : []),
    ],
    hasLegend: true,
    ...(law && { band: bandOf(dots, law) }),
    table: {
      head: [
        'GPU',
        'runs',
        { name: 'memory', unit: 'GB/s' },
        { name: 'memory, lower quarter', unit: 'GB/s' },
        { name: 'memory, upper quarter', unit: 'GB/s' },
        { name: 'runs with the step', text: (n: number) => String(n) },
        { name: 'writes', unit: 'tokens/s' },
        { name: 'writes, lower quarter', unit: 'tokens/s' },
        { name: 'writes, upper quarter', unit: 'tokens/s' },
        { name: 'of the law', unit: '%' },
        'why it is off',
      ],
      rows: parts.map(({ key, name, gbps, tokens }) => [
        ...[name, `${gbps?.n ?? 0}`, ...cellsOf(gbps), tokens?.n, ...cellsOf(tokens)],
        law && gbps && tokens ? (100 * tokens.median) / tokensAt(law, gbps.median) : undefined,
        offOf(key)?.reason,
      ]),
    },
    source,
  };
}

const cellsOf = (middle: Middle | null): readonly (number | undefined)[] =>
  middle ? [middle.median, ...middle.quartiles] : [undefined, undefined, undefined];

function pointOf({ part, gbps, tokens }: Dot, off: LawOutlier | undefined, isNamed: boolean): ChartPoint {
  const why = off ? `; off the law: ${off.reason}` : '';
  return {
    ...{ x: gbps.median, y: tokens.median, hasSign: true, isHollow: off !== undefined },
    ...{ interval: tokens.quartiles, across: gbps.quartiles },
    ...((isNamed || off) && { label: part.name }),
    text: `${significant(gbps.median)} GB/s, ${significant(tokens.median)} tokens/s, ${countText(tokens.n, 'run')}${why}`,
    name: part.name,
  };
}

/** From the slowest part to the fastest. */
function ends(dots: readonly Dot[]): readonly [number, number] {
  const rates = dots.map(({ gbps }) => gbps.median);
  return [Math.min(...rates), Math.max(...rates)];
}

const curveOf = (dots: readonly Dot[], law: LawView) => ends(dots).map((x) => ({ x, y: tokensAt(law, x) }));

const bandOf = (dots: readonly Dot[], law: LawView) =>
  ends(dots).map((x) => {
    const y = tokensAt(law, x);
    return { x, low: y / (1 + law.scatter), high: y * (1 + law.scatter) };
  });

function takeawayOf(law: LawView | null, off: readonly string[]): string {
  const dots = 'Each dot is a GPU: further right, its memory is faster; further up, it writes faster.';
  if (!law) return `${dots} A line shows whether speed follows bandwidth, once there are four GPUs that differ enough.`;
  const line = `${dots} The line is the law through them, and two in three lie within the band.`;
  return off.length === 0 ? line : `${line} Hollow: ${off.join(', ')}, off the law.`;
}
