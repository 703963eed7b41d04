/** Steps of several sequences against published ones, as a table. */

import { groupBy } from '../../../../results/lists.ts';
import { integerText } from '../../../../results/text/figures.ts';
import type { Several } from '../../../model/published/engine-results.ts';
import { type SeveralErrors, type SeveralPrediction, severalErrors } from '../../../model/published/several.ts';
import { table } from './table.ts';

export interface SeveralTargets {
  /** The median error of all steps. */
  readonly median: number;
  /** The mean error of each batch, whatever its sign. */
  readonly bias: number;
  /** The share of all steps within their 95 % interval, at least and at most. */
  readonly within: readonly [number, number];
}

export interface JudgedSeveral {
  readonly all: SeveralErrors;
  readonly batches: Readonly<Record<string, SeveralErrors>>;
  readonly contexts: Readonly<Record<string, SeveralErrors>>;
  readonly models: Readonly<Record<string, SeveralErrors>>;
  readonly targets: SeveralTargets;
  readonly met: boolean;
}

/** Returns the errors of steps of several sequences, and whether they meet their targets. */
export function judgedSeveral({ predictions, reach }: Several, targets: SeveralTargets): JudgedSeveral {
  const by = (keyOf: (one: SeveralPrediction) => string | number): Record<string, SeveralErrors> =>
    Object.fromEntries(
      [...groupBy(predictions, keyOf)].map(([key, some]) => [String(key), severalErrors(some, reach)]),
    );
  const all = severalErrors(predictions, reach);
  const batches = by(({ batch }) => batch);
  const [least, most] = targets.within;
  const met =
    all.median <= targets.median &&
    Object.values(batches).every(({ bias }) => Math.abs(bias) <= targets.bias) &&
    all.within >= least &&
    all.within <= most;
  const [contexts, models] = [by(({ context }) => context), by(({ model }) => model)];
  return { all, batches, contexts, models, targets, met };
}

/** Returns how well `predict` expects steps of several sequences of a model that was left out. */
export function severalLines(
  { all, batches, contexts, models, targets, met }: JudgedSeveral,
  { source, table: { device } }: Several,
): string[] {
  const row = (name: string, { steps, median, bias, within, without }: SeveralErrors): string[] => [
    ...[name, integerText(steps), percent(median), `${bias > 0 ? '+' : ''}${percent(bias)}`],
    ...[percent(within), percent(without)],
  ];
  const rows = (some: JudgedSeveral['batches'], name: (key: string) => string): string[][] =>
    Object.entries(some).map(([key, errors]) => row(name(key), errors));
  const [least, most] = targets.within.map((share) => integerText(100 * share));
  return [
    `Several sequences on ${device}, as hbmark predict --gpu expects them of a model that was left out: n·onset + b·B beside the costs of one sequence`,
    `(${source})`,
    table(
      [
        row('all', all),
        ...rows(batches, (batch) => `batch ${batch}`),
        ...rows(contexts, (context) => `context ${integerText(Number(context))}`),
        ...rows(models, (model) => model),
      ],
      ['steps', 'figures', 'median error, %', 'mean error, %', 'within 95 %, %', 'median without both, %'],
    ),
    `Targets: median ${percent(targets.median)}, mean of each batch within ±${percent(targets.bias)}, within ${least} to ${most}: ${met ? 'met' : 'missed'}`,
  ];
}

const percent = (share: number): string => (100 * share).toFixed(1);
