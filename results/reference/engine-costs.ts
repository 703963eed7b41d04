/**
 * What engines reach of a GPU's peaks, as `npm run calibrate:engines` fitted it to published figures
 * (`src/model/published/engine-results.ts`). Nothing in `data/reference/engine-costs.json` is written by hand.
 */

import { z } from 'zod';
import costs from '../data/reference/engine-costs.json';

const text = z.string().min(1);
const positive = z.number().positive();

const group = {
  /** The engine's backend. */
  backend: text,
  /** Null: any architecture that has no entry of its own. */
  architecture: text.nullable(),
  /** Null: any GPU that has no entry of its own. */
  device: text.nullable(),
  /** The number of published figures of this GPU or group. */
  rows: z.number().int().positive(),
};

/** Variances of the logarithms of a share and a fixed cost, and their covariance. */
const covariance = z.tuple([positive, positive, z.number()]).readonly();

/** How sure a fit is of figures that it has not seen. */
const sureness = {
  /** Standard deviation of ln T of a figure about a true law. */
  noise: positive,
  /** By backend, the number of standard deviations that 95 % of the figures of GPUs that were left out lie within. */
  reach: z.record(text, positive).readonly(),
};

const groupSchema = z.strictObject(group);

const decodeCosts = z.strictObject({
  ...group,
  /** η: the share of the peak bandwidth that a step reads at. */
  bandwidthShare: positive,
  /** t_d: the fixed cost of a dispatch that multiplies by weights, in seconds. */
  dispatchSeconds: positive,
  covariance,
});

const promptCosts = z.strictObject({
  ...group,
  /** η_p: operations/s of a prompt, over those of the shader cores (`src/model/serving/shader-peak.ts`). */
  computeShare: positive,
  /** a: the fixed cost of a prompt, in seconds. */
  promptSeconds: positive,
  covariance,
});

const promptsSchema = z.strictObject({
  ...sureness,
  /** The shortest and the longest prompt of the figures. */
  tokens: z.tuple([positive, positive]).readonly(),
  /** By backend, the least operations/s over bytes/s of the peak bandwidth that the engine reaches on any of its GPUs. */
  flopsPerByte: z.record(text, positive).readonly(),
  costs: z.array(promptCosts).readonly(),
});

/** What steps of several sequences cost beside their bytes, fitted to figures of one GPU. */
const severalSchema = z.strictObject({
  /** The figures, and the number of them and of their models. */
  source: text,
  rows: z.number().int().positive(),
  models: z.number().int().positive(),
  /** The GPU that they are of: its name as far as names of one GPU are alike, its backend, and its peak bandwidth. */
  device: text,
  backend: text,
  architecture: text,
  gbps: positive,
  /** The onset: what each dispatch that multiplies by weights costs more in a step of several sequences, in seconds. */
  onsetSeconds: positive,
  /** b: the cost of each sequence, in seconds. */
  sequenceSeconds: positive,
  /** Standard deviations of the logarithm of both: between models, and what another GPU, architecture or backend adds. */
  spreads: z.strictObject({ model: positive, device: positive, architecture: positive, backend: positive }).readonly(),
  /** The number of standard deviations that 95 % of the figures of models that were left out lie within. */
  reach: positive,
  /** The largest batch, and the longest context. */
  batch: positive,
  context: positive,
});

const engineSchema = z.strictObject({
  /** The figures that the engine was fitted to. */
  source: text,
  ...sureness,
  /** The quantisations of the figures, in the order of their names. */
  formats: z.array(text).readonly(),
  /** The least and the most bandwidth of their GPUs, at its peak. */
  gbps: z.tuple([positive, positive]).readonly(),
  /** The least and the most bytes that a step of the figures reads. */
  bytes: z.tuple([positive, positive]).readonly(),
  /** The positions that steps of the figures looked back at, at most. */
  context: positive,
  costs: z.array(decodeCosts).readonly(),
  /** Null: no step of several sequences was measured. */
  several: severalSchema.readonly().nullable(),
  prompts: promptsSchema,
});

/** A backend, an architecture or a GPU. */
export type CostGroup = Readonly<z.infer<typeof groupSchema>>;

/** The costs of an engine's steps on a GPU, or on one of a group of which nothing else is known. */
export type EngineCosts = Readonly<z.infer<typeof decodeCosts>>;

export type SeveralFit = Readonly<z.infer<typeof severalSchema>>;

export type PromptFit = Readonly<z.infer<typeof promptsSchema>>;

export type EngineFit = Readonly<z.infer<typeof engineSchema>>;

export const ENGINE_FITS: Readonly<Record<string, EngineFit>> = z.record(text, engineSchema).parse(costs);
