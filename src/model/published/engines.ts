/**
 * What engines reach of GPUs' bandwidth, fitted to published figures of one sequence: `T = n·t_d + bytes/(η·BW)`
 * (`theory/engine-time.ts`). η and t_d belong to a backend, an architecture and a GPU (`engine-fit.ts`).
 */

import { maxOf, minOf } from '../../../results/lists.ts';
import type { EngineFit } from '../../../results/reference/engine-costs.ts';
import { type BATCH_1, type Batch1Row, type LOCALSCORE, vendorBackend } from '../../../results/reference/published.ts';
import { quantisedTensors } from '../files/quantisations.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { stepWork } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { type EngineStep, engineTime } from '../theory/engine-time.ts';
import { architectureOf, type EngineFigure, type EngineLaw, fittedGroups } from './engine-fit.ts';

/** A published figure of one sequence. */
export interface EngineRow extends EngineStep, EngineFigure {
  /** Peak bandwidth of the GPU. */
  readonly gbps: number;
  readonly context: number;
}

export const DECODE_LAW: EngineLaw<EngineRow> = {
  // 80 % of the peak, and 15 µs to a dispatch.
  means: [Math.log(0.8), Math.log(15e-6)],
  spreads: { backend: [0.25, 1], architecture: [0.15, 0.4], device: [0.08, 0.2], build: [0.2, 0.4] },
  noise: 0.05,
  time: (row, quantities) => engineTime(row, row.gbps * 1e9, quantities),
};

/** The tables whose engine was far older than that of the others. */
const OLD_BUILDS: Readonly<Record<string, string>> = { 'gpu-benchmarks': 'of May 2024' };

/** The age of the build behind a source; undefined for a recent one. */
export const buildOf = (source: string): string | undefined => OLD_BUILDS[source];

/** The backend of a row, without the class of hardware. */
export const backendOf = ({ backend }: Pick<Batch1Row, 'backend'>): string => backend.replace(/,.*/, '');

type Known = Pick<EngineRow, 'device' | 'model' | 'quantisation' | 'context' | 'gbps' | 'tokensPerSecond'>;

function rowOf(known: Known, backend: string, head?: string, build?: string): EngineRow {
  const { device, model: id, quantisation, context, gbps, tokensPerSecond } = known;
  const model = modelById(id);
  const work = stepWork(model, quantisedTensors(model, quantisation, head), { batch: 1, context, kv: 'f16' });
  return {
    ...{ device, model: id, quantisation, context, gbps, tokensPerSecond, backend, build },
    architecture: architectureOf(device),
    dispatches: dispatchesOf(model),
    bytes: work.weightBytes + work.kvBytes,
  };
}

/** The rows of llama.cpp, at the mean context over the generated tokens. */
export const llamaCppRows = ({ rows, sources }: typeof BATCH_1): EngineRow[] =>
  rows.map((row) => {
    const context = Math.ceil((sources[row.source]?.generated ?? 1) / 2);
    return rowOf({ ...row, context }, backendOf(row), row.head, buildOf(row.source));
  });

/** The rows of LocalScore, at the mean context of its tests. */
export const localScoreRows = ({ devices, context }: typeof LOCALSCORE): EngineRow[] =>
  devices.flatMap(({ device, gbps, rows }) =>
    rows.map(([model, quantisation, tokensPerSecond]) =>
      rowOf({ device, gbps, context, model, quantisation, tokensPerSecond }, vendorBackend(device)),
    ),
  );

/** Fits an engine to all of its decode steps. @param reach see `reachOf` */
export function decodeFit(
  rows: readonly EngineRow[],
  source: string,
  reach: EngineFit['reach'],
): Omit<EngineFit, 'prompts' | 'several'> {
  const [bytes, peaks] = [rows.map((row) => row.bytes), rows.map(({ gbps }) => gbps)];
  return {
    ...{ source, noise: DECODE_LAW.noise, reach },
    formats: [...new Set(rows.map(({ quantisation }) => quantisation))].sort(),
    gbps: [minOf(peaks), maxOf(peaks)],
    bytes: [minOf(bytes), maxOf(bytes)],
    context: maxOf(rows.map(({ context }) => context)),
    costs: fittedGroups(rows, DECODE_LAW).map(({ group, share, fixedSeconds, covariance }) => ({
      ...group,
      ...{ bandwidthShare: share, dispatchSeconds: fixedSeconds, covariance },
    })),
  };
}
