/**
 * Tables of `data/reference/`: what others have measured and published, with sources. `src/model/published/` holds the
 * laws against them. Nothing in them was measured by this project.
 */

import { z } from 'zod';
import batch1 from '../data/reference/batch-1-decode.json';
import batched from '../data/reference/batched-decode.json';
import heldOut from '../data/reference/held-out-decode.json';
import localscore from '../data/reference/localscore.json';
import throughput from '../data/reference/throughput.json';
import { kindOf, type Vendor } from '../gpus/kinds.ts';

const text = z.string().min(1);
const positive = z.number().positive();
const count = z.number().int().positive();

/** A model file: the model's id, and the quantisation of the file (`src/model/files/quantisations.ts`). */
const file = {
  model: text,
  quantisation: text,
  /** Format of the head, where the file differs from llama.cpp's choice. */
  head: text.optional(),
};

/** Decode steps over batch and context on one machine. */
const batchedSchema = z.strictObject({
  source: text,
  device: text,
  /** Peak bandwidth of the device's memory. */
  gbps: positive,
  /** Number format of the KV cache. */
  kv: text,
  /** Tokens made of each sequence. */
  generated: count,
  models: z.array(
    z.strictObject({
      ...file,
      /** The repository that the file came from. */
      file: text,
      rows: z.array(
        z.strictObject({
          /** Positions of each sequence before the first token. */
          prompt: count,
          batch: count,
          /** Time of all steps together. */
          seconds: positive,
        }),
      ),
    }),
  ),
});

/** Decoding one sequence on many devices. */
const batch1Schema = z.strictObject({
  /** Sources by id. Each made `generated` tokens from an empty context, and read prompts of `prompt` tokens. */
  sources: z.record(text, z.strictObject({ text, generated: count, prompt: count.optional() })),
  rows: z.array(
    z.strictObject({
      device: text,
      /** Peak bandwidth of the device's memory. */
      gbps: positive,
      /** The engine's backend, with the class of hardware where its fixed costs differ, or the vendor whose driver it is on. */
      backend: z.enum(['Metal', 'CUDA', 'CUDA, HBM', 'CUDA, before Ampere', 'ROCm', 'Vulkan', 'Vulkan on Intel']),
      attention: z.enum(['flash attention', 'without flash attention']).optional(),
      ...file,
      tokensPerSecond: positive,
      /** Tokens/s of the source's prompt, where it has them. */
      promptTokensPerSecond: positive.optional(),
      source: text,
    }),
  ),
});

/** What people measured of one sequence with LocalScore. Some of their GPUs did other work, too. */
const localscoreSchema = z.strictObject({
  source: text,
  /** Source of the peaks. */
  bandwidth: text,
  /** Positions that the steps of its tests look back at, on average. */
  context: count,
  /** Tokens of the prompts of its tests, over whose speeds and times means are taken. */
  prompts: z.array(count).min(1),
  devices: z.array(
    z.strictObject({
      device: text,
      /** Peak bandwidth of the device's memory. */
      gbps: positive,
      /** Model, quantisation, tokens/s of decoding, tokens/s of prompts, ms to the end of the first decode step. */
      rows: z.array(z.tuple([text, text, positive, positive, positive])),
    }),
  ),
});

/** Throughput of servers, each at its best batch. */
const throughputSchema = z.strictObject({
  /** Sources by the first words of a row's `test`. */
  sources: z.record(text, text),
  /** The requests of MLPerf's tests: mean positions, and the most seconds to a token, on the 99th percentile. */
  requests: z.array(
    z.strictObject({
      test: text,
      input: positive,
      output: positive,
      /** What is not published, and was assumed. */
      assumed: text.optional(),
      /** By scenario. Offline has none. */
      limits: z.partialRecord(z.enum(['Server', 'Interactive']), positive),
    }),
  ),
  /** Tokens/s per megawatt of whole sites, at one speed of a request in tokens/s. */
  perMegawatt: z.strictObject({
    ...{ source: text, model: text, input: count, output: count, speed: positive },
    rows: z.array(z.strictObject({ gpu: text, tokensPerSecond: positive })),
  }),
  rows: z.array(
    z.strictObject({
      /** Name of the GPU in `gpus.json`. */
      gpu: text,
      gpus: count,
      model: text,
      weights: text,
      test: text,
      by: text,
      /** Positions that a request came with. */
      input: count.optional(),
      /** Positions that were made of it. */
      output: count.optional(),
      /** Requests at a time, where the test says so. */
      batch: count.optional(),
      /** Whether every GPU has the attention of its own requests, and only experts are spread (DEP). */
      dataParallel: z.boolean().optional(),
      tokensPerSecondPerGpu: positive,
    }),
  ),
});

export type BatchedTable = z.infer<typeof batchedSchema>;
export type Batch1Row = z.infer<typeof batch1Schema>['rows'][number];
export type ThroughputTable = z.infer<typeof throughputSchema>;
export type ThroughputRow = ThroughputTable['rows'][number];

/** Rows of a table that somebody brings, as `throughput.json` has them. */
export const throughputRowsSchema = throughputSchema.shape.rows.min(1).max(10_000);

export const BATCHED: BatchedTable = batchedSchema.parse(batched);
export const BATCH_1 = batch1Schema.parse(batch1);
/** Rows like those of `BATCH_1` that no fit may see: the fit is judged by them. */
export const HELD_OUT = batch1Schema.parse(heldOut);
export const THROUGHPUT = throughputSchema.parse(throughput);
export const LOCALSCORE = localscoreSchema.parse(localscore);

/** The backend that engines use for the GPUs of a vendor, unless they are told another. */
export const BACKENDS: Readonly<Record<Vendor, string>> = {
  NVIDIA: 'CUDA',
  AMD: 'ROCm',
  Apple: 'Metal',
  Intel: 'Vulkan on Intel',
};

/** The backend for a GPU by its name; `none` for one of another vendor. */
export function vendorBackend(device: string): string {
  const kind = kindOf(device);
  return kind ? BACKENDS[kind.vendor] : 'none';
}
