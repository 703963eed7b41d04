/** The frontier: tokens/s of each reader against tokens/s of all, as it is, with twice the door, and with twice the cabin. */

import { integerText, significant } from '../../../../../results/figures.ts';
import { frontierOf } from '../../../../model/predict/frontier.ts';
import { type Machine, withTwiceBandwidth } from '../../../../model/predict/predict.ts';
import type { OperatingPoint } from '../../../../model/theory/frontier.ts';
import type { ChartPoint, ChartSeries, ChartSpec } from '../../../plot/chart.ts';
import type { Answer } from '../answer.ts';
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

export function frontierChart(answer: Answer): ChartSpec {
  const { served, machine, question, prediction } = answer;
  const { context, batch } = question;
  const better: readonly { readonly name: string; readonly line: ChartSeries['line']; readonly on: Machine }[] = [
    { name: 'now', line: 'solid', on: machine },
    { name: 'door ×2', line: 'dashed', on: { ...machine, costs: withTwiceBandwidth(machine.costs) } },
    { name: 'cabin ×2', line: 'dotted', on: { ...machine, memoryBytes: 2 * machine.memoryBytes } },
  ];
  const frontiers = better.map((one) => ({ ...one, points: frontierOf(served, one.on, context) }));
  const [speed, throughput] = [prediction.tokensPerSecondPerUser, prediction.tokensPerSecond];
  return {
    id: 'frontier',
    title: 'The frontier: one reader’s speed against everybody’s',
    takeaway:
      'Each point is a number of readers. Further right, each reads faster; further up, all together get more. A wider door moves the whole line; a longer cabin only lengthens it.',
    x: { title: 'tokens/s of each reader', scale: 'log' },
    y: { title: 'tokens/s of all readers', scale: 'log' },
    series: frontiers.map(({ name, line, points }) => ({ name, line, points: pointsOf(points, name === 'now') })),
    ...(speed !== null &&
      throughput !== null && {
        mark: {
          ...{ x: speed, y: throughput },
          text: `Asked: ${textOf({ batch, speed, throughput })}.`,
        },
      }),
    table: {
      head: ['machine', { name: 'readers', text: integerText }, 'tokens/s of each', 'tokens/s of all'],
      rows: frontiers.flatMap(({ name, points }) => {
        const max = points.at(-1)?.batch ?? 0;
        return points
          .filter((point) => isMarked(point, max))
          .map((point) => [name, point.batch, point.speed, point.throughput]);
      }),
    },
    source: `${modelText(answer)} on ${machineText(answer)}, ${contextText(context)} context. HBMark, by the law of decode steps, at peak bandwidth.`,
  };
}
