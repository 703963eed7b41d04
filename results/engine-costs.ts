/**
 * What engines reach of a GPU's peaks, as `npm run calibrate:engines` fitted it to published figures
 * (`src/model/published/engines.ts`). Nothing in `data/reference/engine-costs.json` is written by hand.
 */

import costs from './data/reference/engine-costs.json';

/** The costs of an engine on a GPU, or on one of a group of which nothing else is known. */
export interface EngineCosts {
  /** The engine's backend. */
  readonly backend: string;
  /** Null: any architecture that has no entry of its own. */
  readonly architecture: string | null;
  /** Null: any GPU that has no entry of its own. */
  readonly device: string | null;
  /** η: the share of the peak bandwidth that a step reads at. */
  readonly bandwidthShare: number;
  /** t: the fixed cost of a layer, in seconds. */
  readonly layerSeconds: number;
  /** Variances of ln η and ln t, and their covariance. */
  readonly covariance: readonly [share: number, layer: number, both: number];
  /** The number of published figures of this GPU or group. */
  readonly rows: number;
}

export interface EngineFit {
  /** The figures that the engine was fitted to. */
  readonly source: string;
  /** Standard deviation of ln T of a figure about a true law. */
  readonly noise: number;
  /** By backend, the number of standard deviations that 95 % of the figures of GPUs that were left out lie within. */
  readonly reach: Readonly<Record<string, number>>;
  /** The least and the most bytes that a step of the figures reads. */
  readonly bytes: readonly [number, number];
  /** The positions that steps of the figures looked back at, at most. */
  readonly context: number;
  readonly costs: readonly EngineCosts[];
}

export const ENGINE_FITS = costs as unknown as Readonly<Record<string, EngineFit>>;
