/**
 * The run record, version 2: what was run, on what, and every raw sample. An unknown key is an error, and every list,
 * text and number has a bound (`bounds.ts`). Nothing that can be computed is stored: derive.ts computes it. Times are in
 * milliseconds, sizes in bytes. Records of version 1 are read by migration (migrations/version-1.ts).
 */

import { z } from 'zod';
import {
  FORMAT_IDS,
  KV_FORMAT_IDS,
  MAX_ADDED,
  MAX_BATCH,
  MAX_CASE_SAMPLES,
  MAX_CASES,
  MAX_CONTEXT,
  MAX_DECODE_STEPS,
  MAX_DISPATCHES,
  MAX_EVENTS,
  MAX_FEATURES,
  MAX_GBPS,
  MAX_LAYERS,
  MAX_LIMIT,
  MAX_MAJOR_VERSION,
  MAX_MEMORY_GB,
  MAX_READINGS,
  MAX_REGIONS,
  MAX_ROUND,
  MAX_SHAPES,
  MAX_SLAB_BYTES,
  MAX_SLABS,
  MAX_SPOTS,
  MAX_STEP_DISPATCHES,
  MAX_STEP_KERNELS,
  MAX_STREAMED,
  MAX_SUBGROUP,
  MAX_TIMESTAMP_NS,
  MAX_TOLERANCE,
  MAX_TRIED,
  MIN_GBPS,
  MIN_MEMORY_GB,
  MIN_MS,
} from './bounds.ts';
import {
  countTo,
  durationMs,
  limitsTo,
  list,
  name,
  params,
  positiveTo,
  sha256,
  slopeMs,
  text,
  timestampMs,
  tuning,
  wallMs,
} from './fields.ts';

export const SCHEMA_VERSION = 2;

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it. */
const created = z.iso.datetime({ precision: 3 });
/** Bytes or operations. */
const count = countTo();
const positiveCount = positiveTo();
const round = countTo(MAX_ROUND);
export const seedSchema = z.number().int().min(0).max(0xffffffff);
const checksum = z.string().regex(/^[0-9a-f]{8}$/);

const harnessSchema = z.strictObject({
  version: name.regex(/^\d+\.\d+\.\d+/),
  /** Git commit of the build; null for a build outside a checkout. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  /** SHA-256 over the source of all kernels of the run. */
  kernels: sha256,
});

const hostSchema = z.strictObject({
  kind: z.enum(['browser', 'node', 'deno']),
  /** The browser's brand; in Node and Deno, the engine's. */
  brand: text,
  majorVersion: countTo(MAX_MAJOR_VERSION).nullable(),
  platform: text,
});

export const adapterSchema = z.strictObject({
  vendor: text,
  architecture: text,
  device: text,
  description: text,
  /**
   * The GPU's name by WebGL (WEBGL_debug_renderer_info), since browsers leave `device` and `description` blank. WebGL
   * may run on another GPU of the machine. Null where it is not known.
   */
  renderer: text.nullable(),
  isFallbackAdapter: z.boolean(),
  subgroupMinSize: countTo(MAX_SUBGROUP),
  subgroupMaxSize: countTo(MAX_SUBGROUP),
  /** WebGPU features of the adapter, and WGSL features of the engine. */
  features: list(name, MAX_FEATURES),
  limits: limitsTo(MAX_LIMIT),
});

const reportedSchema = z.strictObject({
  gpu: text.optional(),
  memoryGB: z.number().min(MIN_MEMORY_GB).max(MAX_MEMORY_GB).optional(),
  note: text.optional(),
});

/** One timed region: `dispatches` dispatches in a row, in one submission or in several right after one another. */
const readingSchema = z.strictObject({
  dispatches: positiveTo(MAX_DISPATCHES),
  /**
   * Wall time from before the submission, the pre-roll included, until the host knew that the region was done. Where
   * timestamps are trusted, the host asks late.
   */
  wallMs,
  /** Time between the two timestamps of the region, without the pre-roll; null without timestamp queries. */
  gpuMs: timestampMs.nullable(),
});

/**
 * The choice of the pre-roll: untimed work right before each timed region, so that the GPU's clocks are up and the
 * region's commands are recorded by the time it begins.
 */
const preRollSchema = z.strictObject({
  /** The length that was chosen. */
  ms: durationMs,
  /** The lengths that were tried, in their order, with what showed whether they suffice. */
  tried: list(
    z.strictObject({
      ms: durationMs,
      /** Time per dispatch between the two shorter region lengths. */
      shortMs: slopeMs,
      /** Time per dispatch between the two longer region lengths. */
      longMs: slopeMs,
    }),
    MAX_TRIED,
  ),
});

export const clockSchema = z.strictObject({
  trusted: z.enum(['timestamp-query', 'queue-drain']),
  /** Why this clock is trusted and not the other. */
  reason: text,
  wallQuantumMs: durationMs.min(MIN_MS),
  /** Median wall time of a submission without work. */
  emptySubmissionMs: durationMs,
  /**
   * The granularity of completion: the step in which the host learns that work is done. Firefox notices it on a timer
   * of about 100 ms (bugzilla 1870699). Null in records of version 1, which did not measure it.
   */
  completionMs: durationMs.nullable(),
  /** Null in records of version 1, which had no pre-roll. */
  preRoll: preRollSchema.nullable(),
  /** The step in which timestamps advance; null without timestamp queries. */
  timestampQuantumNs: z.number().min(1).max(MAX_TIMESTAMP_NS).nullable(),
  /** Slope by timestamps over slope by the wall clock; null where one of the two is missing. */
  agreement: z.number().min(-MAX_TIMESTAMP_NS).max(MAX_TIMESTAMP_NS).nullable(),
  readings: list(readingSchema, MAX_READINGS),
});

export const caseSchema = z.strictObject({
  kernel: name,
  variant: name,
  params,
  tuning,
  /** The part of the pool that the case rotates through; absent for the whole pool. */
  withinBytes: positiveCount.optional(),
});

const workSchema = z.strictObject({ bytesRead: count, bytesWritten: count, flops: count });

/** The layouts of one problem that were raced before it was planned: the fastest one is planned. */
const raceSchema = z.strictObject({
  ...caseSchema.omit({ tuning: true, withinBytes: true }).shape,
  tried: list(
    z.strictObject({
      tuning,
      /** The time per dispatch in each round. A layout that fell behind has fewer rounds. */
      rounds: list(z.strictObject({ round, ms: slopeMs }), MAX_TRIED),
    }),
    MAX_TRIED,
    1,
  ),
});

/** The memory of the run. It is allocated in steps, so that a device which ends the program loses little. */
const memorySchema = z.strictObject({
  /** The maximum of bytes of all pools together. */
  budgetBytes: positiveCount,
  /** Why the budget is what it is. */
  reason: text,
  /**
   * The steps in which the main pool grew, in their order; those on lost devices included. `bytes` is the size that the
   * step was to reach.
   */
  steps: list(z.strictObject({ bytes: positiveCount, given: z.boolean() }), MAX_SLABS),
  /**
   * The ceiling over each slab by itself, the main pool's first: slabs that are not alike are not all in GPU memory.
   * Readings come in pairs, a shorter and a longer one. All dispatches read as many bytes, and there is no pre-roll.
   */
  slabs: list(z.strictObject({ bytes: positiveCount, readings: list(readingSchema, MAX_READINGS) }), MAX_SLABS),
});

export const planSchema = z.strictObject({
  /** Bytes of memory that streamed inputs rotate through. */
  poolBytes: positiveCount,
  /** Read rate measured before planning; it decided the sizes of the cases. */
  probeGBps: z.number().min(MIN_GBPS).max(MAX_GBPS),
  /** Bytes of the largest streamed input of one dispatch. */
  largestDispatchBytes: positiveCount,
  /** Empty where no layouts were raced. */
  layouts: list(raceSchema, MAX_TRIED),
  /** Null in records of version 1. */
  memory: memorySchema.nullable(),
  cases: list(caseSchema, MAX_CASES),
});

const sampleSchema = readingSchema.extend({
  /** The round in which the sample was taken. */
  round,
  /** When the sample was taken, since the start of the run. */
  atMs: durationMs,
});

const verificationSchema = z.strictObject({
  /** Number of shapes on which every output was compared with the f64 reference. */
  shapes: countTo(MAX_SHAPES),
  /** Number of output elements compared, spot checks of the timed shape included. */
  outputs: count,
  /** Worst normalised mean squared error, which may be as large as a number can be; null where it was not finite. */
  nmse: z.number().min(0).max(Number.MAX_VALUE).nullable(),
  tolerance: z.number().min(0).max(MAX_TOLERANCE),
});

/** The check of a visit's last output, which is read back, spot-checked against the reference and hashed. */
const checkSchema = z.strictObject({
  round,
  /** Index of the part of the pool that the last dispatch read. */
  region: countTo(MAX_REGIONS - 1),
  checksum,
});

/**
 * Some outputs of the case's first check, as the GPU gave them. Which ones follows from the seed and the case
 * (`harness/sampling/spots.ts`), so whoever has the kernels can compute them again.
 */
const spotsSchema = z.strictObject({
  /** Where each streamed input lay, in the order in which the kernel declares them: the slab of its pool, and the byte. */
  places: list(z.tuple([countTo(MAX_SLABS - 1), countTo(MAX_SLAB_BYTES)]), MAX_STREAMED),
  /** The 32-bit words of the outputs: those of the kernel's first output, then of the next. */
  words: list(countTo(0xffffffff), MAX_SPOTS, 1),
});

/**
 * What ended the sampling. `interval`: the interval was narrow enough. `plateau`: it became no narrower. `time`: the
 * time was spent, or a case can hold no more samples. `cancelled`: the run was stopped. `lost`: the device was lost.
 */
const stoppedSchema = z.enum(['interval', 'plateau', 'time', 'cancelled', 'lost']);

const samples = list(sampleSchema, MAX_CASE_SAMPLES, 2);
const discarded = list(sampleSchema.extend({ reason: text }), MAX_CASE_SAMPLES);

export const measuredSchema = z.strictObject({
  status: z.literal('measured'),
  case: caseSchema,
  work: workSchema,
  /** Bytes streamed between two reads of the same byte; 0 where nothing is streamed. */
  rotationBytes: count,
  /** The rotation, where it was kept this small on purpose to find caches; absent elsewhere. */
  workingSetBytes: positiveCount.optional(),
  /** Dispatches of the pre-roll before each region, in the last round. */
  preRollDispatches: countTo(MAX_DISPATCHES),
  verification: verificationSchema,
  checks: list(checkSchema, MAX_CASE_SAMPLES),
  /** Absent in records of versions that did not keep them. */
  spots: spotsSchema.optional(),
  samples,
  discarded,
  stopped: stoppedSchema,
});

const withoutTime = { case: caseSchema, reason: text };
/** The outcomes of a case that has no time. */
export const untimedSchemas = [
  z.strictObject({ status: z.literal('wrong'), ...withoutTime, verification: verificationSchema }),
  z.strictObject({ status: z.literal('skipped'), ...withoutTime }),
  z.strictObject({ status: z.literal('failed'), ...withoutTime }),
] as const;
const measurementSchema = z.discriminatedUnion('status', [measuredSchema, ...untimedSchemas]);

/** A decode step of a whole model: the model, its formats, and the lengths of its sequences. */
const decodeCaseSchema = z.strictObject({
  model: text,
  /** Number format of the matrices. */
  weights: z.enum(FORMAT_IDS),
  /** Number format of the KV cache. */
  kv: z.enum(KV_FORMAT_IDS),
  /** Number of sequences; a step makes one token of each. */
  batch: positiveTo(MAX_BATCH),
  /** Positions of each sequence, the new one included; of the longest, where lengths are mixed. */
  context: positiveTo(MAX_CONTEXT),
  /**
   * Minimum positions of the other sequences, whose lengths are random but fixed. Absent where all lengths are equal.
   */
  shortest: positiveTo(MAX_CONTEXT).optional(),
  /** The cap of memory, in bytes, into which all layers and everything else had to fit. Absent without a cap. */
  memoryBytes: positiveCount.optional(),
  /** True where only a claim asked for this step; the claim tells what it shows. */
  experiment: z.literal(true).optional(),
});

/** Regions of steps, as many to a region in each list of a round: their `dispatches` count steps. */
const explainedSamples = list(sampleSchema, MAX_TRIED, 1);

/** A kernel of a step in one shape, with the regions of steps to which dispatches of it were added. */
const explainedKernelSchema = z.strictObject({
  ...caseSchema.omit({ withinBytes: true }).shape,
  /** Dispatches of a step. */
  dispatches: positiveTo(MAX_STEP_DISPATCHES),
  /** Workgroups of a dispatch. */
  workgroups: positiveCount,
  /** Work of all its dispatches in a step. */
  work: workSchema,
  /** Dispatches that are added beside each of them. */
  added: positiveTo(MAX_ADDED),
  /** Bytes streamed between two reads of the same byte, where whole dispatches are added; 0 where nothing is streamed. */
  rotationBytes: count,
  /** With whole dispatches added. */
  whole: explainedSamples,
  /** With dispatches of half the workgroups, rounded down; absent where there is one. */
  half: explainedSamples.optional(),
  /** With dispatches whose streamed inputs are bound as a few bytes, so that none come from memory; absent where none is. */
  unread: explainedSamples.optional(),
});

/** Where the time of a step goes: what it takes longer if dispatches are added to it. docs/explain.md says what follows. */
const explainedSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('measured'),
    /** The step as it is. */
    plain: explainedSamples,
    /** With dispatches added that do next to nothing, so many to a step. */
    empty: z.strictObject({ added: positiveTo(MAX_STEP_DISPATCHES), samples: explainedSamples }),
    kernels: list(explainedKernelSchema, MAX_STEP_KERNELS, 1),
  }),
  z.strictObject({ status: z.literal('skipped'), reason: text }),
]);

const decodeWithoutTime = { case: decodeCaseSchema, reason: text };
export const decodeMeasuredSchema = z.strictObject({
  status: z.literal('measured'),
  case: decodeCaseSchema,
  /**
   * What projections with weights in bytes or less multiply by integer dot products, where that was faster: the output of
   * norms, or all activations. `f32-joined`: f32, with projections in place of norms. Absent where they multiply f32 behind
   * norms.
   */
  activations: z.enum(['f32-joined', 'i8-after-norms', 'i8']).optional(),
  /** Work of one step: the sum over its dispatches. */
  work: workSchema,
  /** Dispatches of one step. */
  dispatches: positiveTo(MAX_STEP_DISPATCHES),
  /** Layers with weights and a KV cache of their own. If they are fewer than all, layers share them in turn. */
  layers: z.strictObject({ distinct: positiveTo(MAX_LAYERS), total: positiveTo(MAX_LAYERS) }),
  /** Bytes of all buffers: weights, KV caches, activations. */
  residentBytes: positiveCount,
  /** Bytes streamed between two reads of the same byte. */
  rotationBytes: count,
  /** Verification of the kernels, each on its examples. */
  verification: verificationSchema,
  /** Steps of the pre-roll before each region, in the last round. */
  preRollSteps: countTo(MAX_DISPATCHES),
  /** Hash of the output of the longest region, which is the same in every round. */
  checksum,
  /** Timed regions of steps: their `dispatches` count steps. */
  samples,
  discarded,
  stopped: stoppedSchema,
  /** Absent where it was not asked for. */
  explained: explainedSchema.optional(),
});
/** The outcomes of a decode step that has no time. */
export const untimedDecodeSchemas = [
  z.strictObject({ status: z.literal('wrong'), ...decodeWithoutTime }),
  z.strictObject({ status: z.literal('skipped'), ...decodeWithoutTime }),
  z.strictObject({ status: z.literal('failed'), ...decodeWithoutTime }),
] as const;
const decodeSchema = z.discriminatedUnion('status', [decodeMeasuredSchema, ...untimedDecodeSchemas]);

export const eventSchema = z.strictObject({
  atMs: durationMs,
  /**
   * `not-steady`: the warm-up ended before the rate had settled. `lost`: the device was lost; the run continues on a
   * new one, or ends with `gave-up`. `resumed`: another session continues a run that had ended early.
   * `long-submission`: a submission took longer than is allowed, and the next are shorter. `clock`: from then on, the
   * trusted clock is no longer trusted. `paused`: a person paused the run. `other-run`: another process or tab was seen measuring. `out-of-time`: the time was spent before every case was measured.
   * `way-left-out`: a way to compute a decode step did not race: a kernel of it was wrong, or it did not fit.
   */
  kind: z.enum([
    'warm-up',
    'not-steady',
    'out-of-memory',
    'hidden',
    'paused',
    'long-submission',
    'clock',
    'lost',
    'cancelled',
    'gave-up',
    'resumed',
    'other-run',
    'out-of-time',
    'way-left-out',
  ]),
  detail: text,
});

/** Shows that a collector gave the seed of a run (`src/collector/challenge.ts`). */
export const challengeSchema = z.strictObject({
  /** Until when the collector takes the run as an answer, by its own clock. */
  expires: created,
  /** The collector's signature of the seed and the time: 128 bits in hex. */
  mac: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits'),
});

/** A seed as a collector gives it. */
export const givenSeedSchema = challengeSchema.extend({ seed: seedSchema });

/** A record without its id: everything that is hashed into it. */
export const recordBodySchema = z.strictObject({
  schema: z.literal(SCHEMA_VERSION),
  created,
  harness: harnessSchema,
  profile: z.enum(['quick', 'full', 'kernels']),
  seed: seedSchema,
  /** Absent where the seed is the runner's own. */
  challenge: challengeSchema.optional(),
  host: hostSchema,
  adapter: adapterSchema,
  reported: reportedSchema,
  clock: clockSchema,
  plan: planSchema,
  events: list(eventSchema, MAX_EVENTS),
  measurements: list(measurementSchema, MAX_CASES),
  /** Decode steps; absent where no model was asked for. */
  decode: list(decodeSchema, MAX_DECODE_STEPS).optional(),
});

/** A run record: the body and its id, the SHA-256 of the body's canonical JSON (RFC 8785). */
export const recordSchema = recordBodySchema.extend({ id: sha256 });

export type RunRecord = z.infer<typeof recordSchema>;
export type RecordBody = z.infer<typeof recordBodySchema>;
export type HostInfo = z.infer<typeof hostSchema>;
export type AdapterInfo = z.infer<typeof adapterSchema>;
export type Reported = z.infer<typeof reportedSchema>;
export type Reading = z.infer<typeof readingSchema>;
export type ClockInfo = z.infer<typeof clockSchema>;
export type ClockKind = ClockInfo['trusted'];
export type Case = z.infer<typeof caseSchema>;
export type Plan = z.infer<typeof planSchema>;
export type MemoryUse = z.infer<typeof memorySchema>;
export type LayoutRace = z.infer<typeof raceSchema>;
export type PreRoll = z.infer<typeof preRollSchema>;
export type Spots = z.infer<typeof spotsSchema>;
export type Challenge = z.infer<typeof challengeSchema>;
export type GivenSeed = z.infer<typeof givenSeedSchema>;
export type Sample = z.infer<typeof sampleSchema>;
export type Verification = z.infer<typeof verificationSchema>;
export type Measurement = z.infer<typeof measurementSchema>;
export type Stopped = z.infer<typeof stoppedSchema>;
export type DecodeCase = z.infer<typeof decodeCaseSchema>;
export type DecodeMeasurement = z.infer<typeof decodeSchema>;
export type DecodeMeasured = Extract<DecodeMeasurement, { status: 'measured' }>;
export type Explained = z.infer<typeof explainedSchema>;
export type ExplainedMeasured = Extract<Explained, { status: 'measured' }>;
export type ExplainedKernel = ExplainedMeasured['kernels'][number];
export type Measured = z.infer<typeof measuredSchema>;
export type RecordEvent = z.infer<typeof eventSchema>;
