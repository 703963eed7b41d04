/** The summary of a collection: medians and quartiles by part, of the read ceiling and of each decode step. */

import { groupBy } from '../../results/lists.ts';
import { partKey } from './part.ts';
import type { Part, Row, RowStep } from './row.ts';

/** What a figure of a step is of: the step without what was measured. */
export type StepKind = Omit<RowStep, 'tokensPerSecond' | 'interval'>;

/** A group of the summary: a part, and a model with its formats, context and batch; or the read ceiling of the part. */
export interface SummaryRow {
  readonly part: Part;
  readonly software: boolean;
  /** What the figures are of: `null` for the read ceiling in GB/s, else a step in tokens/s. */
  readonly step: StepKind | null;
  readonly n: number;
  readonly median: number;
  readonly quartiles: readonly [number, number];
}

/** The text by which equal steps are known. */
export const stepKey = ({ model, weights, kv, context, batch, bytes }: StepKind): string =>
  `${batch} ${context} ${bytes} ${weights} ${kv} ${model}`;

/** What a step is of, without its figures. */
export const kindOf = ({ model, weights, kv, context, batch, bytes }: StepKind): StepKind => ({
  ...{ model, weights, kv, context, batch, bytes },
});

/** The three quartiles of some values, at least one, linear between neighbours. */
export function quartilesOf(values: readonly number[]): readonly [number, number, number] {
  // A library's quantiles want a list; a collection is sorted ten times as fast as typed numbers.
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
    return low + (place - Math.floor(place)) * (high - low);
  };
  return [at(0.25), at(0.5), at(0.75)];
}

/** The summary of some runs, each of which counts once. Pass those only that statistics may use. */
export function summarise(rows: Iterable<Row>): SummaryRow[] {
  const ofParts = groupBy(rows, ({ part, software }) => `${software} ${partKey(part)}`);
  return [...ofParts.values()].flatMap((runs): SummaryRow[] => {
    const [first] = runs;
    if (!first) return [];
    const { part, software } = first;
    const group = (step: StepKind | null, values: readonly number[]): SummaryRow[] => {
      if (values.length === 0) return [];
      const [lower, median, upper] = quartilesOf(values);
      return [{ part, software, step, n: values.length, median, quartiles: [lower, upper] }];
    };
    const steps = groupBy(
      runs.flatMap((run) => run.steps),
      stepKey,
    );
    return [
      ...group(
        null,
        runs.flatMap(({ gbps }) => gbps ?? []),
      ),
      ...[...steps.values()].flatMap((same) =>
        group(
          same[0] ? kindOf(same[0]) : null,
          same.map(({ tokensPerSecond }) => tokensPerSecond),
        ),
      ),
    ];
  });
}

/** The share of `values` below `value`, 0 … 1; equal ones count half. NaN without any. */
export function percentileOf(value: number, values: readonly number[]): number {
  const below = values.filter((one) => one < value).length;
  const equal = values.filter((one) => one === value).length;
  return (below + equal / 2) / values.length;
}
