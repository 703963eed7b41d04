/**
 * What others have measured and published, with sources: the tables of `data/reference/` that the laws are held against
 * (`src/model/published/`). Nothing here was measured by this project.
 */

import { z } from 'zod';
import batch1 from './data/reference/batch-1-decode.json';
import batched from './data/reference/batched-decode.json';
import throughput from './data/reference/throughput.json';

const text = z.string().min(1);
const positive = z.number().positive();
const count = z.number().int().positive();

/** A model's id, and the quantisation of its file (`src/model/files/quantisations.ts`). */
const file = {
  model: text,
  quantisation: text,
  /** Format of the head, where the file has another than llama.cpp gives it. */
  head: text.optional(),
};

/** Steps over batch and context on one machine. */
const batchedSchema = z.strictObject({
  source: text,
  device: text,
  /** Peak of its memory. */
  gbps: positive,
  /** Format of the KV cache. */
  kv: text,
  /** Tokens that were made of each sequence. */
  generated: count,
  models: z.array(
    z.strictObject({
      ...file,
      /** Whose file it was. */
      file: text,
      rows: z.array(
        z.strictObject({
          /** Positions of each sequence before the first token. */
          prompt: count,
          batch: count,
          /** Of all steps together. */
          seconds: positive,
        }),
      ),
    }),
  ),
});

/** One sequence on many devices. */
const batch1Schema = z.strictObject({
  /** By id; `generated` tokens from an empty context. */
  sources: z.record(text, z.strictObject({ text, generated: count })),
  rows: z.array(
    z.strictObject({
      device: text,
      /** Peak of its memory. */
      gbps: positive,
      /** The engine's, and what class of hardware it was on where its fixed costs differ. */
      backend: z.enum(['Metal', 'CUDA', 'CUDA, HBM', 'CUDA, before Ampere', 'ROCm', 'Vulkan']),
      attention: z.enum(['flash attention', 'without flash attention']).optional(),
      ...file,
      tokensPerSecond: positive,
      source: text,
    }),
  ),
});

/** Tokens/s of servers, at whatever batch they did best. */
const throughputSchema = z.strictObject({
  /** By how a row's `test` begins. */
  sources: z.record(text, text),
  rows: z.array(
    z.strictObject({
      /** As in `gpus.json`. */
      gpu: text,
      gpus: count,
      model: text,
      weights: text,
      test: text,
      by: text,
      /** Positions of a request: what it came with, and what was made of it. */
      input: count.optional(),
      output: count.optional(),
      tokensPerSecondPerGpu: positive,
    }),
  ),
});

export type BatchedTable = z.infer<typeof batchedSchema>;
export type Batch1Row = z.infer<typeof batch1Schema>['rows'][number];
export type ThroughputRow = z.infer<typeof throughputSchema>['rows'][number];

export const BATCHED: BatchedTable = batchedSchema.parse(batched);
export const BATCH_1 = batch1Schema.parse(batch1);
export const THROUGHPUT = throughputSchema.parse(throughput);
