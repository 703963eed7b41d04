/** Why a step takes as long as it does: its parts as bars, one after the other. Pure. */

import type { RunRecord } from '../../../../../results/record/schema.ts';
import { msFigureText, msText, significant } from '../../../../../results/text/figures.ts';
import { MODELS } from '../../../../model/models/index.ts';
import { derivedMs, type StepParts } from '../../../analysis/step-parts.ts';
import type { WhyView } from '../../../analysis/why.ts';
import type { ChartSeries, ChartSpec } from '../../../charts/svg/chart.ts';
import type { Missing } from './missing.ts';
import { formOf } from './steps.ts';

const PARTS = [
  { key: 'weightsMs', name: 'weights', does: 'reading the weights' },
  { key: 'kvMs', name: 'KV cache', does: 'reading the KV cache' },
  { key: 'launchesMs', name: 'launches', does: 'starting programs on the GPU' },
  { key: 'restMs', name: 'rest', does: 'what each step and each reader costs besides' },
] as const;

/** Parts below this share of a step have no bar worth seeing in words. */
const WORTH_SAYING = 0.005;

const percent = (share: number): string => `${significant(100 * share, 2)} %`;

export function whyChart(why: WhyView, source: string): ChartSpec {
  const { of, by, steps } = why;
  return {
    id: 'why',
    title: `Where the time of a step goes: ${of}`,
    takeaway: takeawayOf(why),
    x: { title: 'time of a step, ms', scale: 'linear' },
    y: { title: '', scale: 'linear' },
    rows: steps.map(({ name }) => name),
    series: [...PARTS.map((_, part) => partSeries(steps, part)), ...measuredSeries(steps)],
    table: {
      head: [
        'step',
        ...[...PARTS.map(({ name }) => name), 'together'].map((name) => ({ name: `${name}, derived`, unit: 'ms' })),
        { name: 'measured', unit: 'ms' },
        { name: 'difference', unit: '%' },
      ],
      rows: steps.map((step) => [
        step.name,
        ...PARTS.map(({ key }) => step[key]),
        derivedMs(step),
        step.measuredMs,
        step.measuredMs && 100 * (derivedMs(step) / step.measuredMs.value - 1),
      ]),
    },
    source: `${by === 'steps' ? 'Parts are derived, by the law that fits the steps of this run; whole steps are measured.' : 'Parts are derived from products of matrices, timed one by one; KV cache and the rest are left out.'} ${source}`,
  };
}

const inUnit = ({ value, interval, unit }: ReturnType<typeof msFigureText>): string =>
  `${value} ${unit}${interval ? ` (${interval})` : ''}`;

function partSeries(steps: readonly StepParts[], part: number): ChartSeries {
  const { key, name } = PARTS[part] as (typeof PARTS)[number];
  return {
    ...{ name, line: 'none' },
    points: steps.map((step, row) => {
      const from = PARTS.slice(0, part).reduce((sum, one) => sum + step[one.key], 0);
      const share = step[key] / derivedMs(step);
      return {
        ...{ x: from + step[key], y: row, from, hasSign: true },
        text: `${step.name}: ${msText(step[key])}, ${percent(share)} of the step, derived`,
      };
    }),
  };
}

/** What was measured, as a sign with its interval over the bars. Empty where no step was timed as a whole. */
function measuredSeries(steps: readonly StepParts[]): ChartSeries[] {
  const points = steps.flatMap(({ name, measuredMs }, row) =>
    measuredMs
      ? [
          {
            ...{ x: measuredMs.value, y: row - 0.38, hasSign: true, interval: measuredMs.ci95 },
            text: `${name}: ${inUnit(msFigureText(measuredMs))}, measured`,
          },
        ]
      : [],
  );
  return points.length > 0 ? [{ name: 'measured', line: 'none', points }] : [];
}

function takeawayOf({ steps, blurred, by }: WhyView): string {
  const [first] = steps;
  if (!first) return '';
  const total = derivedMs(first);
  const parts = PARTS.map(({ key, does }) => ({ does, share: first[key] / total }))
    .filter(({ share }) => share > WORTH_SAYING)
    .sort((a, b) => b.share - a.share);
  const [most, ...others] = parts.map(({ does, share }) => `${does} ${percent(share)}`);
  const said = others.length > 0 ? `${most}; ${others.join(', ')}.` : `${most}.`;
  const unsure =
    blurred.length > 0
      ? ` This run cannot tell ${listed(blurred)} apart from the other parts: bars may hold each other’s time.`
      : '';
  const alone = by === 'weights' ? ' No whole model was timed: this is the least that a step takes.' : '';
  return `Of the step’s time, ${said}${unsure}${alone}`;
}

const listed = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? '');

/** Why there are no parts. */
export function noParts(record: RunRecord, model: string | undefined): Missing {
  const title = 'Where the time of a step goes';
  if (model !== undefined && !MODELS.some(({ id }) => id === model)) {
    return {
      title,
      why: `A record holds the times of a model’s steps, and not its shape. ${model} is none of the models that HBMark knows, so its steps cannot be taken apart.`,
      todo: 'Time a model of the list to see it.',
      form: formOf(record, {}),
    };
  }
  return {
    title,
    why: 'To take a step apart, its time must be known at several lengths and batches, or products of three sizes.',
    todo: 'Run again and let the run come to its end, with a model to time.',
    form: formOf(record, {}),
  };
}
