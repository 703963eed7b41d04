/** What more readers and a longer context do to the speed: tokens/s of all readers over the batch, a line per context. Pure. */

import type { RunRecord } from '../../../../../results/record/schema.ts';
import { integerText, significant } from '../../../../../results/text/figures.ts';
import { stepLabel } from '../../../analysis/step-parts.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import { modelName } from '../../../text/names.ts';
import type { Missing } from './missing.ts';
import { contextsOf, formOf, likeTheFirst, type Step } from './steps.ts';

const LINES = ['solid', 'dashed', 'dotted', 'solid', 'dashed'] as const;

export function batchChart(record: RunRecord, all: readonly Step[], source: string): ChartSpec | Missing {
  const steps = likeTheFirst(all);
  const [first] = steps;
  const title = 'What more readers and a longer context do';
  if (!first || steps.length < 2) {
    return {
      title,
      why: first
        ? 'This run timed a model at one batch and one context.'
        : 'This run timed no whole model, so nothing says what more readers would cost.',
      todo: 'Time a model at several batches and contexts: it takes a minute more.',
      form: formOf(record, { batches: [1, 4, 16], contexts: [128, 4096] }),
    };
  }
  const batches = [...new Set(steps.map(({ case: c }) => c.batch))].sort((a, b) => a - b);
  return {
    id: 'batch',
    title: `${title}: ${modelName(first.case.model)} ${first.case.weights}`,
    takeaway: takeawayOf(steps),
    x: { title: 'readers at once (batch)', scale: 'log', ticks: batches },
    y: { title: 'tokens/s of all readers', scale: 'log' },
    series: contextsOf(steps).map((context, i) => ({
      name: `context ${integerText(context)}`,
      line: LINES[i] ?? 'solid',
      points: inBatches(steps, context).map(({ case: c, figures: { tokensPerSecond, perUser } }) => ({
        ...{ x: c.batch, y: tokensPerSecond.value, hasSign: true, interval: tokensPerSecond.ci95 },
        text: `${stepLabel(c)}: ${significant(tokensPerSecond.value)} tokens/s for all, ${significant(perUser.value)} for each`,
      })),
    })),
    table: {
      head: ['step', 'tokens/s of each reader', 'tokens/s of all'],
      rows: steps.map(({ case: c, figures: { perUser, tokensPerSecond } }) => [stepLabel(c), perUser, tokensPerSecond]),
    },
    source: `Measured; bars are 95 % intervals within the run. KV cache in ${first.case.kv}. ${source}`,
  };
}

const inBatches = (steps: readonly Step[], context: number): readonly Step[] =>
  steps.filter(({ case: c }) => c.context === context).sort((a, b) => a.case.batch - b.case.batch);

const times = (ratio: number): string => `${significant(ratio)} times`;

function takeawayOf(steps: readonly Step[]): string {
  const contexts = contextsOf(steps);
  const [few, many] = ends(inBatches(steps, contexts[0] ?? 0));
  const ofBatch =
    few && many
      ? `From ${few.case.batch} to ${many.case.batch} readers at context ${integerText(few.case.context)}, all of them together get ${times(many.figures.tokensPerSecond.value / few.figures.tokensPerSecond.value)} as many tokens/s, and each ${times(many.figures.perUser.value / few.figures.perUser.value)}. `
      : '';
  const alike = steps.filter(({ case: c }) => c.batch === (many ?? steps[0])?.case.batch);
  const [short, long] = ends([...alike].sort((a, b) => a.case.context - b.case.context));
  const ofContext =
    short && long
      ? `At ${long.case.batch === 1 ? 'one reader' : `${long.case.batch} readers`}, a context of ${integerText(long.case.context)} gives ${times(long.figures.perUser.value / short.figures.perUser.value)} the tokens/s of one of ${integerText(short.case.context)}: the KV cache is read as well.`
      : '';
  return `${ofBatch}${ofContext}`.trim();
}

/** The first and the last of several. Neither where there are not two. */
const ends = (all: readonly Step[]): readonly [Step?, Step?] => {
  const [first, last] = [all[0], all.at(-1)];
  return first && last && first !== last ? [first, last] : [];
};
