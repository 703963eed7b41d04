/**
 * Fits a law of engines to published figures. Its quantities belong to a backend, an architecture and a GPU, each shrunk
 * towards the group above it (`hierarchy.ts`). Decode steps (`engines.ts`) and prompts (`prompts.ts`) are fitted so.
 */

import { quantile } from 'simple-statistics';
import { deviceOf, kindOf } from '../../../results/gpus/kinds.ts';
import { groupBy } from '../../../results/lists.ts';
import type { CostGroup } from '../../../results/reference/engine-costs.ts';
import { studentT } from '../../../results/statistics.ts';
import type { LogTime } from '../theory/engine-time.ts';
import { type Membership, type Pooled, pool } from './hierarchy.ts';

/** A published speed of an engine. */
export interface EngineFigure {
  readonly device: string;
  readonly backend: string;
  readonly architecture: string;
  readonly model: string;
  readonly quantisation: string;
  readonly tokensPerSecond: number;
  /** The age of an engine's build that is known to be far slower than those of other rows. */
  readonly build?: string | undefined;
}

/** A law whose costs engines differ in. Its quantities are logarithms of costs. */
export interface EngineLaw<Row extends EngineFigure> {
  /** Prior means. The widest spreads leave them little say. */
  readonly means: readonly number[];
  /** Standard deviations of the quantities within the group above; a level without one of a quantity shares it. */
  readonly spreads: Readonly<Record<Level, readonly number[]>>;
  /** The scale of a figure's error about a true law, in ln T. */
  readonly noise: number;
  /** ln of the seconds to a token, and its derivatives by the quantities. */
  time(row: Row, quantities: readonly number[]): LogTime;
}

type Level = 'backend' | 'architecture' | 'device' | 'build';

/** The architecture of a GPU by its name. */
export const architectureOf = (device: string): string => kindOf(device)?.architecture ?? 'other';

/** The groups that figures of a GPU belong to. Null: any other group of that level. */
type Group = Omit<CostGroup, 'rows'> & Pick<EngineFigure, 'build'>;

function membershipsOf(
  { backend, architecture, device, build }: Group,
  { spreads }: Pick<EngineLaw<never>, 'spreads'>,
) {
  const levels: readonly (readonly [Level, string])[] = [
    ['backend', backend],
    ['architecture', `${backend}, ${architecture ?? 'another architecture'}`],
    ['device', `${backend}, ${device === null ? 'another GPU' : deviceOf(device)}`],
    ...(build === undefined ? [] : [['build', `${backend} ${build}`] as const]),
  ];
  return levels.flatMap(([level, group]) =>
    spreads[level].map((spread, quantity): Membership => ({ quantity, group: `${level} ${group}`, spread })),
  );
}

const fitted = <Row extends EngineFigure>(rows: readonly Row[], law: EngineLaw<Row>): Pooled =>
  pool(
    rows.map((row) => ({
      y: -Math.log(row.tokensPerSecond),
      memberships: membershipsOf(row, law),
      expected: (quantities) => law.time(row, quantities),
    })),
    law.means,
    law.noise,
  );

export interface EnginePrediction<Row extends EngineFigure = EngineFigure> {
  readonly row: Row;
  /** Tokens/s by a fit that has not seen the row. */
  readonly predicted: number;
  /** predicted/measured − 1. */
  readonly error: number;
  /** Standard deviation of ln T of a figure like this. */
  readonly deviation: number;
}

/** Predicts rows by a fit of others. */
export function predictFrom<Row extends EngineFigure>(
  seen: readonly Row[],
  unseen: readonly Row[],
  law: EngineLaw<Row>,
): EnginePrediction<Row>[] {
  const fit = fitted(seen, law);
  return unseen.map((row) => {
    const { quantities, covariance } = fit.at(membershipsOf(row, law));
    const { y, slopes } = law.time(row, quantities);
    const variance = slopes.reduce(
      (total, a, i) =>
        total + slopes.reduce((sum, b, k) => sum + a * b * ((covariance[i] as number[])[k] as number), 0),
      law.noise ** 2,
    );
    const predicted = Math.exp(-y);
    return { row, predicted, error: predicted / row.tokensPerSecond - 1, deviation: Math.sqrt(variance) };
  });
}

/** What is left out at a time, and what its rows have in common. */
export const LEFT_OUT = {
  GPU: ({ device }: EngineFigure) => deviceOf(device),
  model: ({ model }: EngineFigure) => model,
  architecture: ({ backend, architecture }: EngineFigure) => `${backend} ${architecture}`,
  backend: ({ backend }: EngineFigure) => backend,
} as const;

export type LeftOut = keyof typeof LEFT_OUT;

/** Predicts each group of rows by a fit of all others. Default: each GPU. */
export function leaveOneOut<Row extends EngineFigure>(
  rows: readonly Row[],
  law: EngineLaw<Row>,
  what: LeftOut = 'GPU',
): EnginePrediction<Row>[] {
  return [...groupBy(rows, LEFT_OUT[what]).values()].flatMap((mine) => {
    const out = new Set(mine);
    return predictFrom(
      rows.filter((row) => !out.has(row)),
      mine,
      law,
    );
  });
}

/** The error of a prediction in its own deviations. */
const deviations = ({ row, predicted, deviation }: EnginePrediction): number =>
  Math.abs(Math.log(predicted / row.tokensPerSecond)) / deviation;

/** A row slower than this share of its prediction ran beside other work, or not on the GPU alone. */
const DISTURBED = 0.6;

export const isDisturbed = ({ row, predicted }: EnginePrediction): boolean =>
  row.tokensPerSecond < DISTURBED * predicted;

/** From this many rows of a backend, it has a reach of its own. */
const ENOUGH = 20;

/**
 * The reach of intervals by backend: they hold 95 % of the rows that were left out and not disturbed, and are no
 * narrower than a normal error's. A backend with few rows has at least the reach of all together, and Student's, with a
 * degree of freedom to each row and one for what other backends tell.
 */
export function reachOf(all: readonly EnginePrediction[]): Record<string, number> {
  const predictions = all.filter((one) => !isDisturbed(one));
  const reach = (some: readonly EnginePrediction[]): number => Math.max(1.96, quantile(some.map(deviations), 0.95));
  return Object.fromEntries(
    [...groupBy(predictions, ({ row }) => row.backend)].map(([backend, mine]) => [
      backend,
      rounded(
        mine.length < ENOUGH ? Math.max(reach(mine), reach(predictions), studentT(mine.length + 1)) : reach(mine),
      ),
    ]),
  );
}

/** Whether a row lies within the interval of its prediction. */
export const isWithin = (one: EnginePrediction, reach: Readonly<Record<string, number>>): boolean =>
  deviations(one) <= (reach[one.row.backend] ?? 0);

/** The costs of a group, by a law of a share and of a fixed cost. */
export interface FittedGroup {
  readonly group: CostGroup;
  readonly share: number;
  readonly fixedSeconds: number;
  /** Variances of the logarithms of share and fixed cost, and their covariance. */
  readonly covariance: readonly [share: number, fixed: number, both: number];
}

/** Fits a law to all rows, and returns the costs of each backend, architecture and GPU, in the order of their names. */
export function fittedGroups<Row extends EngineFigure>(rows: readonly Row[], law: EngineLaw<Row>): FittedGroup[] {
  const all = fitted(rows, law);
  const costsOf = (group: Omit<CostGroup, 'rows'>, count: number): FittedGroup => {
    const { quantities, covariance } = all.at(membershipsOf({ ...group, build: undefined }, law));
    const [share = 0, fixed = 0] = quantities;
    const [[a = 0, both = 0] = [], [, b = 0] = []] = covariance;
    return {
      group: { ...group, device: group.device === null ? null : deviceOf(group.device), rows: count },
      ...{ share: rounded(Math.exp(share)), fixedSeconds: rounded(Math.exp(fixed)) },
      covariance: [rounded(a), rounded(b), rounded(both)],
    };
  };
  return sorted(groupBy(rows, ({ backend }) => backend)).flatMap(([backend, ofBackend]) => [
    costsOf({ backend, architecture: null, device: null }, ofBackend.length),
    ...sorted(groupBy(ofBackend, ({ architecture }) => architecture)).flatMap(([architecture, alike]) => [
      costsOf({ backend, architecture, device: null }, alike.length),
      ...sorted(groupBy(alike, ({ device }) => deviceOf(device))).map(([device, same]) =>
        costsOf({ backend, architecture, device }, same.length),
      ),
    ]),
  ]);
}

/** Entries in the order of their names, which is the same on every machine. */
const sorted = <T>(groups: ReadonlyMap<string, T>): [string, T][] =>
  [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

/** Digits of a committed figure: more than its interval tells, and the same on every machine. */
export const rounded = (value: number): number => Number(value.toPrecision(4));
