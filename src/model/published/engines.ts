/**
 * What engines reach of GPUs' peaks, fitted to published figures of one sequence: `T = L·t + bytes/(η·BW)`
 * (`theory/engine-time.ts`). η belongs to a backend, an architecture and a GPU, t to a backend and an architecture, each
 * shrunk towards the group above it (`hierarchy.ts`).
 */

import { quantile } from 'simple-statistics';
import type { EngineCosts, EngineFit } from '../../../results/engine-costs.ts';
import { deviceOf, kindOf } from '../../../results/gpu-kinds.ts';
import { groupBy, maxOf, minOf } from '../../../results/lists.ts';
import { BATCH_1, LOCALSCORE, vendorBackend } from '../../../results/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { stepWork } from '../models/accounting.ts';
import { modelById } from '../models/index.ts';
import { type EngineStep, engineTime } from '../theory/engine-time.ts';
import { type Membership, type Pooled, pool } from './hierarchy.ts';

/** A published figure of one sequence. */
export interface EngineRow extends EngineStep {
  readonly device: string;
  readonly backend: string;
  readonly architecture: string;
  readonly model: string;
  readonly quantisation: string;
  /** Peak bandwidth of the GPU. */
  readonly gbps: number;
  readonly context: number;
  readonly tokensPerSecond: number;
  /** The age of an engine's build that is known to be far slower than those of other rows. */
  readonly build?: string | undefined;
}

/** The table whose engine was far older than that of the others. */
const OLD_BUILDS: Readonly<Record<string, string>> = { 'gpu-benchmarks': 'of May 2024' };

type Known = Pick<EngineRow, 'device' | 'model' | 'quantisation' | 'context' | 'gbps' | 'tokensPerSecond'>;

function rowOf(known: Known, backend: string, head?: string, build?: string): EngineRow {
  const { device, model: id, quantisation, context } = known;
  const model = modelById(id);
  const work = stepWork(model, quantisedTensors(model, quantisation, head), { batch: 1, context, kv: 'f16' });
  const architecture = kindOf(device)?.architecture ?? 'other';
  return {
    ...known,
    backend,
    architecture,
    build,
    layers: model.layers.length,
    bytes: work.weightBytes + work.kvBytes,
  };
}

/** The rows of llama.cpp, at the mean context over the generated tokens. */
export const llamaCppRows = ({ rows, sources }: typeof BATCH_1): EngineRow[] =>
  rows.map((row) => {
    const context = Math.ceil((sources[row.source]?.generated ?? 1) / 2);
    const backend = row.backend.replace(/,.*/, '');
    return rowOf({ ...row, context }, backend, row.head, OLD_BUILDS[row.source]);
  });

/** The rows of LocalScore, at the mean context of its tests. */
export const localScoreRows = ({ devices, context }: typeof LOCALSCORE): EngineRow[] =>
  devices.flatMap(({ device, gbps, rows }) =>
    rows.map(([model, quantisation, tokensPerSecond]) =>
      rowOf({ device, gbps, context, model, quantisation, tokensPerSecond }, vendorBackend(device)),
    ),
  );

/** Prior means of ln η and ln t: 80 % of the peak, and 60 µs to a layer. The widest spreads leave them little say. */
const MEANS = [Math.log(0.8), Math.log(60e-6)] as const;

/** Standard deviations of ln η and ln t within the group above. */
const SPREADS = { backend: [0.25, 1], architecture: [0.15, 0.4], device: [0.08], build: [0.2, 0.4] } as const;

/** The scale of a figure's error about a true law, in ln T. */
const NOISE = 0.05;

type Group = Pick<EngineRow, 'backend' | 'build'> & {
  readonly architecture: string | null;
  readonly device: string | null;
};

function membershipsOf({ backend, architecture, device, build }: Group): Membership[] {
  const levels: readonly (readonly [keyof typeof SPREADS, string])[] = [
    ['backend', backend],
    ['architecture', `${backend}, ${architecture ?? 'another architecture'}`],
    ['device', `${backend}, ${device === null ? 'another GPU' : deviceOf(device)}`],
    ...(build === undefined ? [] : [['build', `${backend} ${build}`] as const]),
  ];
  return levels.flatMap(([level, group]) =>
    SPREADS[level].map((spread, quantity): Membership => ({ quantity, group: `${level} ${group}`, spread })),
  );
}

const fitted = (rows: readonly EngineRow[]): Pooled =>
  pool(
    rows.map((row) => ({
      y: -Math.log(row.tokensPerSecond),
      memberships: membershipsOf(row),
      expected: (quantities) => engineTime(row, row.gbps * 1e9, quantities as [number, number]),
    })),
    MEANS,
    NOISE,
  );

export interface EnginePrediction {
  readonly row: EngineRow;
  /** Tokens/s by a fit that has not seen the row's GPU. */
  readonly predicted: number;
  /** predicted/measured − 1. */
  readonly error: number;
  /** Standard deviation of ln T of a figure of this GPU. */
  readonly deviation: number;
}

/** Predicts each GPU by a fit of the others. */
export function leaveOneOut(rows: readonly EngineRow[]): EnginePrediction[] {
  const devices = groupBy(rows, ({ device }) => deviceOf(device));
  return [...devices.values()].flatMap((ofDevice) => {
    const others = fitted(rows.filter((row) => !ofDevice.includes(row)));
    return ofDevice.map((row): EnginePrediction => {
      const { quantities, covariance } = others.at(membershipsOf(row));
      const { y, slopes } = engineTime(row, row.gbps * 1e9, quantities as [number, number]);
      const variance = slopes.reduce(
        (total, a, i) =>
          total + slopes.reduce((sum, b, k) => sum + a * b * ((covariance[i] as number[])[k] as number), 0),
        NOISE ** 2,
      );
      const predicted = Math.exp(-y);
      return { row, predicted, error: predicted / row.tokensPerSecond - 1, deviation: Math.sqrt(variance) };
    });
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
 * narrower than a normal error's. A backend with few rows has at least the reach of all together.
 */
export function reachOf(all: readonly EnginePrediction[]): Record<string, number> {
  const predictions = all.filter((one) => !isDisturbed(one));
  const reach = (some: readonly EnginePrediction[]): number => Math.max(1.96, quantile(some.map(deviations), 0.95));
  return Object.fromEntries(
    [...groupBy(predictions, ({ row }) => row.backend)].map(([backend, mine]) => [
      backend,
      rounded(mine.length < ENOUGH ? Math.max(reach(mine), reach(predictions)) : reach(mine)),
    ]),
  );
}

/** Whether a row lies within the interval of its prediction. */
export const isWithin = (one: EnginePrediction, reach: Readonly<Record<string, number>>): boolean =>
  deviations(one) <= (reach[one.row.backend] ?? 0);

/** Fits an engine to all of its rows. */
export function engineFit(rows: readonly EngineRow[], source: string, reach: EngineFit['reach']): EngineFit {
  const all = fitted(rows);
  const costsOf = (group: Omit<Group, 'build'>, count: number): EngineCosts => {
    const { quantities, covariance } = all.at(membershipsOf({ ...group, build: undefined }));
    const [share = 0, layer = 0] = quantities;
    const [[a = 0, both = 0] = [], [, b = 0] = []] = covariance;
    return {
      ...{ ...group, device: group.device === null ? null : deviceOf(group.device) },
      bandwidthShare: rounded(Math.exp(share)),
      layerSeconds: rounded(Math.exp(layer)),
      covariance: [rounded(a), rounded(b), rounded(both)],
      rows: count,
    };
  };
  const costs = [...groupBy(rows, ({ backend }) => backend)]
    .sort(byName)
    .flatMap(([backend, ofBackend]) => [
      costsOf({ backend, architecture: null, device: null }, ofBackend.length),
      ...[...groupBy(ofBackend, ({ architecture }) => architecture)]
        .sort(byName)
        .flatMap(([architecture, alike]) => [
          costsOf({ backend, architecture, device: null }, alike.length),
          ...[...groupBy(alike, ({ device }) => deviceOf(device))]
            .sort(byName)
            .map(([device, same]) => costsOf({ backend, architecture, device }, same.length)),
        ]),
    ]);
  const bytes = rows.map((row) => row.bytes);
  return {
    ...{ source, noise: NOISE, reach },
    bytes: [minOf(bytes), maxOf(bytes)],
    context: maxOf(rows.map(({ context }) => context)),
    costs,
  };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Digits of a committed figure: more than its interval tells, and the same on every machine. */
const rounded = (value: number): number => Number(value.toPrecision(4));

/** An engine's figures, each predicted without its GPU. */
export interface EngineResult {
  readonly engine: string;
  readonly rows: readonly EngineRow[];
  readonly source: string;
  readonly predictions: readonly EnginePrediction[];
  readonly reach: Readonly<Record<string, number>>;
}

/** The results of all engines. It takes a quarter of a minute, since each GPU is left out once. */
export const engineResults = (): EngineResult[] =>
  [
    { engine: 'llama.cpp', rows: llamaCppRows(BATCH_1), source: 'results/data/reference/batch-1-decode.json' },
    { engine: 'localscore', rows: localScoreRows(LOCALSCORE), source: 'results/data/reference/localscore.json' },
  ].map((one) => {
    const predictions = leaveOneOut(one.rows);
    return { ...one, predictions, reach: reachOf(predictions) };
  });

/** The text of `results/data/reference/engine-costs.json`, with a line to each group. */
export function engineFitsText(results: readonly EngineResult[]): string {
  const fits = Object.fromEntries(
    results.map(({ engine, rows, source, reach }) => [engine, engineFit(rows, source, reach)]),
  );
  return `${JSON.stringify(fits).replaceAll('{"backend"', '\n{"backend"').replaceAll(']},"', ']},\n"')}\n`;
}
