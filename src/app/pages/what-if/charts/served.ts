/** What servers make of GPUs: published results at a speed of each reader, and the line of the law that has not seen them. */

import { integerText, significant } from '../../../../../results/text/figures.ts';
import { SERVED_FRONTIERS, type ServedResult } from '../../../../model/published/served-frontiers.ts';
import type { ChartSpec } from '../../../charts/svg/chart.ts';
import { shortName } from '../words.ts';

/** A result of a test that demands a speed. */
type AtSpeed = ServedResult & { readonly speed: number };

const isAtSpeed = (result: ServedResult): result is AtSpeed => result.speed !== null;

/** The factor by which the law is off where it is off most. */
const furthest = SERVED_FRONTIERS.flatMap(({ measured }) => measured.filter(isAtSpeed)).reduce(
  (most, { throughput, byLaw }) => Math.max(most, byLaw / throughput, throughput / byLaw),
  1,
);

export function servedChart(): ChartSpec {
  return {
    id: 'served',
    title: 'Servers: measured, and predicted',
    takeaway: `Signs are published, lines predicted. Where each reader must have 5 or 25 tokens/s, servers make of a GPU what the law of served throughput says, to within a factor of ${significant(furthest)}: a fraction of what memory alone allows, since they wait for prompts and for the engine.`,
    x: { title: 'tokens/s of each reader, at least', scale: 'log' },
    y: { title: 'tokens/s of a GPU', scale: 'log' },
    series: SERVED_FRONTIERS.map(({ gpu, weights, measured, predicted }) => ({
      ...{ name: `${shortName(gpu)}, ${weights}`, line: 'solid' as const },
      points: measured.filter(isAtSpeed).map(({ speed, throughput, byLaw }) => ({
        ...{ x: speed, y: throughput, hasSign: true },
        text: `${significant(speed)} tokens/s each, ${integerText(throughput)} of a GPU, ${integerText(byLaw)} predicted`,
      })),
      curve: predicted.map(([x, y]) => ({ x, y })),
    })),
    table: {
      head: [
        ...['GPU', 'weights', 'tokens/s of each, at least'],
        ...['measured', 'predicted'].map((name) => ({ name, unit: 'tokens/s' })),
      ],
      rows: SERVED_FRONTIERS.flatMap(({ gpu, weights, measured }) =>
        measured.map(({ speed, throughput, byLaw }) => [gpu, weights, speed, throughput, byLaw]),
      ),
    },
    source:
      'Llama 2 70B in MLPerf Inference v5.1, the best of each GPU. Lines: HBMark’s law of served throughput, fitted to tests without a speed; docs/law.md.',
  };
}
