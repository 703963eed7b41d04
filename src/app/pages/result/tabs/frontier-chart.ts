/** What each reader and all readers get, batch by batch: measured steps, and the line by what the run found. Pure. */

import type { RunRecord } from '../../../../../results/record/schema.ts';
import { integerText, significant } from '../../../../../results/text/figures.ts';
import type { ReachView } from '../../../analysis/reach.ts';
import { stepLabel } from '../../../analysis/step-parts.ts';
import { type ChartSpec, MAX_SERIES } from '../../../charts/svg/chart.ts';
import { modelName } from '../../../text/names.ts';
import type { Missing } from './missing.ts';
import { contextsOf, formOf, likeTheFirst, type Step } from './steps.ts';

const title = 'The frontier: one reader’s speed against everybody’s';

export function frontierChart(
  record: RunRecord,
  all: readonly Step[],
  reach: ReachView | undefined,
  source: string,
): ChartSpec | Missing {
  const steps = likeTheFirst(all);
  if (!reach && steps.length === 0) {
    return {
      title,
      why: 'This run timed no whole model, and too few products to compute one.',
      todo: 'Time a model at several batches.',
      form: formOf(record, { batches: [1, 4, 16] }),
    };
  }
  const name = modelName(steps[0]?.case.model ?? reach?.model ?? '');
  const weights = steps[0]?.case.weights ?? reach?.weights ?? '';
  const contexts = contextsOf(steps, MAX_SERIES - 1);
  const last = reach?.points.reduce((most, one) => (one.batch > most.batch ? one : most));
  return {
    id: 'frontier',
    title: `${title}, ${name} ${weights}`,
    takeaway: `Each point is a number of readers. Further right, each reads faster; further up, all together get more.${
      last
        ? ` With ${integerText(last.batch)} readers, all together would get ${significant(last.throughput)} tokens/s and each ${significant(last.speed)}${reach?.isFull ? '; more do not fit into memory' : ''}.`
        : ''
    }`,
    x: { title: 'tokens/s of each reader', scale: 'log' },
    y: { title: 'tokens/s of all readers', scale: 'log' },
    series: [
      ...contexts.map((context) => ({
        name: `measured, context ${integerText(context)}`,
        line: 'none' as const,
        points: steps
          .filter(({ case: c }) => c.context === context)
          .map(({ case: c, figures: { perUser, tokensPerSecond } }) => ({
            ...{ x: perUser.value, y: tokensPerSecond.value, hasSign: true, interval: tokensPerSecond.ci95 },
            label: integerText(c.batch),
            text: `${stepLabel(c)}: ${significant(perUser.value)} tokens/s each, ${significant(tokensPerSecond.value)} for all, measured`,
          })),
      })),
      ...(reach
        ? [
            {
              name: `derived, context ${integerText(reach.context)}`,
              line: 'solid' as const,
              points: reach.points.map(({ batch, speed, throughput }) => ({
                ...{ x: speed, y: throughput },
                text: `${stepLabel({ batch, context: reach.context })}: ${significant(speed)} tokens/s each, ${significant(throughput)} for all, derived`,
              })),
            },
          ]
        : []),
    ],
    table: {
      head: ['step', 'tokens/s of each', 'tokens/s of all', 'how'],
      rows: [
        ...steps.map(({ case: c, figures: { perUser, tokensPerSecond } }) => [
          stepLabel(c),
          perUser,
          tokensPerSecond,
          'measured',
        ]),
        ...(reach?.points ?? [])
          .filter(({ batch }) => Number.isInteger(Math.log2(batch)))
          .map(({ batch, speed, throughput }) => [
            stepLabel({ batch, context: reach?.context ?? 0 }),
            speed,
            throughput,
            'derived',
          ]),
      ],
    },
    source: `${steps.length > 0 ? 'Signs are measured, with the number of readers beside them; ' : 'No whole model was timed: '}the line is derived from this run. ${source}`,
  };
}
