/** Schemas of models and of requests for their decode steps, for data that was stored or comes from outside. */

import { z } from 'zod';
import { MAX_LAYERS } from '../../../results/record/bounds.ts';
import type { Model } from '../models/model.ts';
import { type DecodeSweep, isSizes, KV_FORMATS, type SizeRange, SWEEP_RANGES, WEIGHT_FORMATS } from './sweep.ts';

export interface DecodeRequest {
  readonly models: readonly Model[];
  readonly sweep: DecodeSweep;
  /** Whether steps are explained: where their time goes. */
  readonly explain?: true | undefined;
}

/** A side of a tensor, with the same maximum as in files (`fields.ts`). */
const size = z
  .int()
  .min(1)
  .max(2 ** 31 - 1);
const text = z.string().max(1000);
const flag = z.boolean().exactOptional();

const grouped = z.strictObject({
  kind: z.literal('grouped'),
  ...{ queryHeads: size, kvHeads: size, headDim: size, window: size.exactOptional() },
  ...{ qkvBias: flag, outputBias: flag, headNorms: flag, sinks: flag, qkvInOne: flag },
});

const latent = z.strictObject({
  kind: z.literal('latent'),
  ...{ heads: size, queryRank: size.exactOptional(), kvRank: size, nopeDim: size, ropeDim: size, valueDim: size },
});

const dense = z.strictObject({ kind: z.literal('dense'), ffn: size, biases: flag });

const experts = z.strictObject({
  kind: z.literal('experts'),
  ...{ experts: size, active: size, ffn: size, sharedFfn: size.exactOptional(), routerBias: flag, biases: flag },
});

export const modelSchema: z.ZodType<Model> = z.strictObject({
  ...{ id: text, name: text, hidden: size, vocabulary: size, tied: z.boolean(), source: text },
  layers: z
    .array(
      z.strictObject({
        attention: z.discriminatedUnion('kind', [grouped, latent]),
        mlp: z.discriminatedUnion('kind', [dense, experts]),
        outputNorms: flag,
      }),
    )
    .min(1)
    .max(MAX_LAYERS),
});

const within = ({ min, max }: SizeRange) => z.int().min(min).max(max);

const sizes = (range: SizeRange) => z.array(z.union([within(range), z.enum(['max', '...'])])).refine(isSizes);

/** A list of formats. A single one becomes a list: runs that a browser kept before there were lists have one. */
const formats = (known: readonly string[]) => {
  const one = z.enum(known);
  return z.union([z.array(one).min(1), one.transform((id) => [id])]);
};

const sweepSchema: z.ZodType<DecodeSweep> = z.strictObject({
  weights: formats(WEIGHT_FORMATS),
  kv: formats(KV_FORMATS),
  contexts: sizes(SWEEP_RANGES.context),
  shortest: within(SWEEP_RANGES.context).optional(),
  batches: sizes(SWEEP_RANGES.batch),
  ofProfile: z.literal(true).optional(),
});

export const decodeRequestSchema: z.ZodType<DecodeRequest> = z.strictObject({
  models: z.array(modelSchema).min(1),
  sweep: sweepSchema,
  explain: z.literal(true).optional(),
});
