/** The frontier: tokens/s of each reader against tokens/s of all, as it is, with twice the door, and with twice the cabin. */

import { integerText, significant } from '../../../../../results/text/figures.ts';
import { frontierOf } from '../../../../model/predict/frontier.ts';
import { type Machine, withTwiceBandwidth } from '../../../../model/predict/predict.ts';
import { PUBLISHED_STEPS, PUBLISHED_STEPS_SOURCE } from '../../../../model/published/published-steps.ts';
import type { OperatingPoint } from '../../../../model/theory/frontier.ts';
import type { ChartPoint, ChartSeries, ChartSpec } from '../../../charts/svg/chart.ts';
import { modelName } from '../../../text/names.ts';
import type { Answer } from '../answer.ts';
import type { OwnMachine, OwnStep } from '../own-runs/own-machine.ts';
import type { Question } from '../question.ts';
import { machineText, modelText } from '../sentence.ts';
import { contextText, readersText } from '../words.ts';

const each = (speed: number): string => `${significant(speed)} tokens/s`;

const textOf = ({ batch, speed, throughput }: OperatingPoint): string =>
  batch === 1
    ? `one reader, ${each(speed)}`
    : `${readersText(batch)}, ${each(speed)} each, ${significant(throughput)} for all`;

/** Whether a point has a sign: powers of two, and the fullest. */
const isMarked = ({ batch }: OperatingPoint, max: number): boolean =>
  Number.isInteger(Math.log2(batch)) || batch === max;

/** Points with signs that also have labels: few enough to be read. */
const isLabelled = ({ batch }: OperatingPoint, max: number): boolean =>
  batch === 1 || batch === max || (Number.isInteger(Math.log2(batch) / 2) && batch * 2 < max);

function pointsOf(frontier: readonly OperatingPoint[], hasLabels: boolean): ChartPoint[] {
  const max = frontier.reduce((most, { batch }) => Math.max(most, batch), 0);
  return frontier.map((point) => ({
    ...{ x: point.speed, y: point.throughput, text: textOf(point), hasSign: isMarked(point, max) },
    ...(hasLabels && isLabelled(point, max) && { label: integerText(point.batch) }),
  }));
}

/** The steps of the question's model and formats that were timed on its machine, each at its own context. */
const stepsOf = ({ steps }: OwnMachine, { model, weights, kv }: Question): readonly OwnStep[] =>
  steps.filter(({ of }) => of.model === model && of.weights === weights && of.kv === kv);

function measuredPoints(steps: readonly OwnStep[]): ChartPoint[] {
  return steps.map(({ of: { batch, context }, perUser, tokensPerSecond }) => ({
    ...{ x: perUser.value, y: tokensPerSecond.value, hasSign: true, interval: tokensPerSecond.ci95 },
    text: `${readersText(batch)} at ${contextText(context)} context, ${each(perUser.value)} each, ${significant(tokensPerSecond.value)} for all`,
  }));
}

/** The steps that others have published of the question's GPU, model and weights, each at its own context. */
const publishedOf = ({ gpu, model, weights }: Question) =>
  PUBLISHED_STEPS.filter((one) => one.gpu === gpu && one.model === model && one.weights === weights).flatMap(
    ({ steps }) =>
      steps.map(([context, batch, throughput]) => ({ context, batch, speed: throughput / batch, throughput })),
  );

/** What the run timed instead, where it timed nothing of what is asked. Empty: it timed no whole model. */
function timedInstead({ steps, name }: OwnMachine): string {
  const all = [...new Set(steps.map(({ of }) => `${modelName(of.model)} in ${of.weights}`))];
  return all.length > 0 ? ` The run on ${name} timed ${all.join(', ')}: ask about that to see its points.` : '';
}

/** @param measured the kept run that is asked about */
export function frontierChart(answer: Answer, measured?: OwnMachine): ChartSpec {
  const { served, machine, question, prediction } = answer;
  const { context, batch } = question;
  const better: readonly { readonly name: string; readonly line: ChartSeries['line']; readonly on: Machine }[] = [
    { name: 'now', line: 'solid', on: machine },
    { name: 'door ×2', line: 'dashed', on: { ...machine, costs: withTwiceBandwidth(machine.costs) } },
    { name: 'cabin ×2', line: 'dotted', on: { ...machine, memoryBytes: 2 * machine.memoryBytes } },
  ];
  const frontiers = better.map((one) => ({ ...one, points: frontierOf(served, one.on, context) }));
  const timed = measured ? stepsOf(measured, question) : [];
  const points = measuredPoints(timed);
  const published = publishedOf(question);
  const [speed, throughput] = [prediction.tokensPerSecondPerUser, prediction.tokensPerSecond];
  return {
    id: 'frontier',
    title: 'The frontier: one reader’s speed against everybody’s',
    takeaway: `Each point is a number of readers. Further right, each reads faster; further up, all together get more. A wider door moves the whole line; a longer cabin only lengthens it.${measured && points.length === 0 ? timedInstead(measured) : ''}`,
    x: { title: 'tokens/s of each reader', scale: 'log' },
    y: { title: 'tokens/s of all readers', scale: 'log' },
    series: [
      ...frontiers.map(({ name, line, points: all }) => ({ name, line, points: pointsOf(all, name === 'now') })),
      ...(points.length > 0 ? [{ name: 'measured', line: 'none' as const, points }] : []),
      ...(published.length > 0
        ? [
            {
              ...{ name: 'published', line: 'none' as const },
              points: published.map((point) => ({
                ...{ x: point.speed, y: point.throughput, hasSign: true },
                text: `${textOf(point)}, at ${contextText(point.context)} context, as published`,
              })),
            },
          ]
        : []),
    ],
    ...(speed !== null &&
      throughput !== null && {
        mark: {
          ...{ x: speed, y: throughput },
          text: `Asked: ${textOf({ batch, speed, throughput })}.`,
        },
      }),
    table: {
      head: ['machine', { name: 'readers', text: integerText }, 'tokens/s of each', 'tokens/s of all'],
      rows: [
        ...frontiers.flatMap(({ name, points: all }) => {
          const max = all.at(-1)?.batch ?? 0;
          return all
            .filter((point) => isMarked(point, max))
            .map((point) => [name, point.batch, point.speed, point.throughput]);
        }),
        ...timed.map(({ of: { batch, context }, perUser, tokensPerSecond }) => [
          `measured, ${contextText(context)} context`,
          ...[batch, perUser, tokensPerSecond],
        ]),
        ...published.map(({ context, batch, speed, throughput }) => [
          `published, ${contextText(context)} context`,
          ...[batch, speed, throughput],
        ]),
      ],
    },
    source: `${modelText(answer)} on ${machineText(answer)}, ${contextText(context)} context. HBMark, by the law of decode steps, at peak bandwidth.${published.length > 0 ? ` Published steps: ${PUBLISHED_STEPS_SOURCE}.` : ''}`,
  };
}
