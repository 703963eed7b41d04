/** Generations of GPUs as measured, the laws that say how they grow, and which of them the tests prefer. */

import { integerText } from '../../../../results/text/figures.ts';
import type { Frontier } from '../../../model/published/frontier.ts';
import type { GenerationResult, MeasuredGrowth } from '../../../model/published/generations.ts';
import { ownFormatGrowth } from '../charts/generations-chart.ts';
import { table } from './table.ts';

/** Returns the growth that tests join, by each law, and how likely the laws are. */
export function generationLines(result: GenerationResult, growth: readonly MeasuredGrowth[]): string[] {
  const { joined, scores, rows, tests, kinds } = result;
  const laws = ownFormatGrowth();
  const unfitted = scores.filter(({ name }) => !name.startsWith('served'));
  const [best, next] = [...unfitted].sort((a, b) => a.aic - b.aic);
  const product = scores.find(({ name }) => name === 'M·BW');
  return [
    `Generations: tokens/s of one GPU over an A100's, ${integerText(rows)} results joined by the ${integerText(tests)} tests that they share`,
    table(
      laws.map(({ generation: one, bandwidth, perWeight, product: byProduct, derived }) => {
        const seen = joined.find(({ gpu }) => gpu === one.gpu);
        return [
          ...[one.name, seen ? seen.growth.toFixed(1) : one.announced ? 'announced' : '–'],
          seen ? `${seen.ci95[0].toFixed(1)} – ${seen.ci95[1].toFixed(1)}` : '–',
          ...[perWeight, byProduct, bandwidth, derived].map((n) => n.toFixed(1)),
        ];
      }),
      ['machine', 'measured', '± 2 errors', 'BW ÷ bytes of a weight', 'M·BW', 'BW', 'derived law'],
    ),
    'Each law against the results, with a level to each test. Tests that differ only in lengths count as one.',
    table(
      scores.map(({ name, error, aic }) => [name, `${(100 * error).toFixed(0)} %`, aic.toFixed(1)]),
      ['law', 'mean error of unseen rows', 'AIC over the best unfitted'],
    ),
    `The ${integerText(kinds)} kinds of tests prefer ${best?.name} by ${((next?.aic ?? 0) / 2).toFixed(0)} in ln of odds over ${next?.name}, and by ${((product?.aic ?? 0) / 2).toFixed(0)} over M·BW.`,
    'So the growth that looks like memory × bandwidth is bandwidth × narrower formats. Formats, bandwidth and memory grew',
    'together, and compute with them, so this does not tell what more of one alone buys: the pairs of GPUs above do.',
    'No announced machine is measured. The essay’s Rubin is consistent with the derived law, whose W and c are free there.',
    '',
    'Each later GPU over the first in a test, with weights and KV caches in the formats of each result',
    table(
      growth.map(({ from, to, test, measured, bandwidth, derived, product: byProduct }) => [
        ...[`${from.gpu}, ${from.weights} → ${to.gpu}, ${to.weights}`, test],
        ...[measured, bandwidth, derived, byProduct].map((n) => n.toFixed(2)),
      ]),
      ['GPUs', 'test', 'measured', 'BW', '(BW/c)(1 − φ)', 'M·BW'],
    ),
  ];
}

/** Returns measured points of frontiers, beside what the law says at their speed. */
export function frontierLines(perGpu: readonly Frontier[], perMegawatt: readonly Frontier[]): string[] {
  const rowsOf = (frontiers: readonly Frontier[], unit: string): string[][] =>
    frontiers.flatMap(({ gpu, weights, measured, predicted, byMemory }) =>
      measured.map(({ test, speed, throughput }) => {
        const at = (points: Frontier['predicted']): string => {
          const fast = points.filter((point) => point.speed >= (speed ?? 0)).map((point) => point.throughput);
          return fast.length > 0 ? integerText(Math.round(Math.max(...fast))) : '–';
        };
        return [
          ...[gpu, weights, test, unit, speed === null ? 'any' : String(speed)],
          ...[integerText(Math.round(throughput)), at(predicted), at(byMemory)],
        ];
      }),
    );
  return [
    'Frontiers: tokens/s at a speed of each request. The law’s costs have not seen results at a speed',
    table(
      [...rowsOf(perGpu, 'GPU'), ...rowsOf(perMegawatt, 'MW')],
      ['GPU', 'weights', 'test', 'of a', 'tokens/s each', 'measured', 'served-throughput law', 'memory alone'],
    ),
  ];
}
