/**
 * The run record, version 1: what was run, on what, and every raw sample. Strict: an unknown key is an error.
 * Nothing that can be computed is stored; derive.ts computes it. Times are milliseconds, sizes bytes.
 */

import { z } from 'zod';

export const SCHEMA_VERSION = 1;

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it. */
const created = z.iso.datetime({ precision: 3 });
const count = z.number().int().nonnegative();
const positiveCount = z.number().int().positive();
const positive = z.number().positive();
const durationMs = z.number().nonnegative();
const text = z.string().max(1000);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits');

const harnessSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  /** Git commit of the build, null where it was built outside a checkout. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .nullable(),
  /** SHA-256 over the source of every kernel of the run. */
  kernels: sha256,
});

const hostSchema = z.strictObject({
  kind: z.enum(['browser', 'node']),
  /** The browser's brand, or the engine that stands in for it. */
  brand: text,
  majorVersion: count.nullable(),
  platform: text,
});

const adapterSchema = z.strictObject({
  vendor: text,
  architecture: text,
  device: text,
  description: text,
  isFallbackAdapter: z.boolean(),
  subgroupMinSize: count,
  subgroupMaxSize: count,
  /** Of the adapter, and of the WGSL that its engine compiles. */
  features: z.array(text),
  limits: z.record(text, z.number().nonnegative()),
});

const reportedSchema = z.strictObject({
  gpu: text.optional(),
  memoryGB: positive.optional(),
  note: text.optional(),
});

/** One timed region: `dispatches` dispatches in one compute pass, one submission. */
const readingSchema = z.strictObject({
  dispatches: positiveCount,
  /** From before the submission until the host knew it was done. */
  wallMs: durationMs,
  /** Between the pass's two timestamps; null without timestamp queries. */
  gpuMs: z.number().nullable(),
});

const clockSchema = z.strictObject({
  trusted: z.enum(['timestamp-query', 'queue-drain']),
  /** Why this clock and not the other. */
  reason: text,
  wallQuantumMs: positive,
  /** Median wall time of a submission without work. */
  emptySubmissionMs: durationMs,
  /** Null without timestamp queries. */
  timestampQuantumNs: positive.nullable(),
  /** Timestamp slope over wall slope; null where one of them could not be had. */
  agreement: z.number().nullable(),
  readings: z.array(readingSchema),
});

const caseSchema = z.strictObject({
  kernel: text,
  variant: text,
  params: z.record(text, z.union([z.number(), text])),
  tuning: z.record(text, z.number()),
});

const workSchema = z.strictObject({ bytesRead: count, bytesWritten: count, flops: count });

const planSchema = z.strictObject({
  /** Memory that streamed inputs rotate through. */
  poolBytes: positiveCount,
  /** Read rate of the first look, by which sizes were chosen. */
  probeGBps: positive,
  /** Largest streamed input of one dispatch. */
  largestDispatchBytes: positiveCount,
  cases: z.array(caseSchema),
});

const sampleSchema = readingSchema.extend({
  /** The round in which it was taken. */
  round: count,
  /** When it was taken, since the start of the run. */
  atMs: durationMs,
});

const verificationSchema = z.strictObject({
  /** Shapes on which every output was compared with the f64 reference. */
  shapes: count,
  /** Output elements compared, the timed shape's spot checks included. */
  outputs: count,
  /** Worst normalised mean squared error; null where it was not finite. */
  nmse: z.number().nonnegative().nullable(),
  tolerance: z.number().nonnegative(),
});

/** After every visit of a case its last output is read back: spot-checked against the reference, and hashed. */
const checkSchema = z.strictObject({
  round: count,
  /** Which part of the pool the last dispatch read. */
  region: count,
  checksum: z.string().regex(/^[0-9a-f]{8}$/),
});

/**
 * What ended the sampling: the interval was narrow enough, or became no narrower, the time was spent, or the run was
 * stopped.
 */
const stoppedSchema = z.enum(['interval', 'plateau', 'time', 'cancelled', 'lost']);

const measuredSchema = z.strictObject({
  status: z.literal('measured'),
  case: caseSchema,
  work: workSchema,
  /** Bytes streamed between two touches of the same byte; 0 where nothing is streamed. */
  rotationBytes: count,
  /** There where the rotation was kept this small on purpose, to find out which caches hold it. */
  workingSetBytes: positiveCount.optional(),
  verification: verificationSchema,
  checks: z.array(checkSchema),
  samples: z.array(sampleSchema).min(2),
  discarded: z.array(sampleSchema.extend({ reason: text })),
  stopped: stoppedSchema,
});

const withoutTime = { case: caseSchema, reason: text };
const measurementSchema = z.discriminatedUnion('status', [
  measuredSchema,
  z.strictObject({ status: z.literal('wrong'), ...withoutTime, verification: verificationSchema }),
  z.strictObject({ status: z.literal('skipped'), ...withoutTime }),
  z.strictObject({ status: z.literal('failed'), ...withoutTime }),
]);

/** A decode step of a whole model: which, and at what lengths. */
const decodeCaseSchema = z.strictObject({
  model: text,
  /** Format of the matrices. */
  weights: text,
  /** Format of the KV cache. */
  kv: text,
  /** Sequences, one token of each. */
  batch: positiveCount,
  /** Positions of each, the new one included; of the longest, where lengths are mixed. */
  context: positiveCount,
  /** There where lengths are mixed: positions of the others at the least; how many is random but fixed. */
  shortest: positiveCount.optional(),
  /** There where memory was capped on purpose: all layers, with all else, had to fit into this. */
  memoryBytes: positiveCount.optional(),
  /** There where a claim asked for it, and nobody else: it is that claim's to tell what it shows. */
  experiment: z.literal(true).optional(),
});

const decodeWithoutTime = { case: decodeCaseSchema, reason: text };
const decodeSchema = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('measured'),
    case: decodeCaseSchema,
    /** Of one step: the sum of its dispatches'. */
    work: workSchema,
    /** Of one step. */
    dispatches: positiveCount,
    /** Layers with weights and a KV cache of their own; where they are fewer than all, they are used in turn. */
    layers: z.strictObject({ distinct: positiveCount, total: positiveCount }),
    /** Of all buffers: weights, KV caches, activations. */
    residentBytes: positiveCount,
    /** Bytes streamed between two touches of the same byte. */
    rotationBytes: count,
    /** Of the kernels, each on its examples. */
    verification: verificationSchema,
    /** Of what the longest region leaves, the same in every round. */
    checksum: z.string().regex(/^[0-9a-f]{8}$/),
    /** `dispatches` of these are steps. */
    samples: z.array(sampleSchema).min(2),
    discarded: z.array(sampleSchema.extend({ reason: text })),
    stopped: stoppedSchema,
  }),
  z.strictObject({ status: z.literal('wrong'), ...decodeWithoutTime }),
  z.strictObject({ status: z.literal('skipped'), ...decodeWithoutTime }),
  z.strictObject({ status: z.literal('failed'), ...decodeWithoutTime }),
]);

const eventSchema = z.strictObject({
  atMs: durationMs,
  /**
   * `not-steady`: a warm-up that ended before the rate had settled. `lost`: the device was; the run goes on with
   * another, unless it `gave-up`. `resumed`: a run that had ended early goes on. `long-submission`: one took longer than
   * it may, and the next are shorter. `clock`: the trusted clock was no longer, from then on.
   */
  kind: z.enum([
    'warm-up',
    'not-steady',
    'out-of-memory',
    'hidden',
    'long-submission',
    'clock',
    'lost',
    'cancelled',
    'gave-up',
    'resumed',
  ]),
  detail: text,
});

/** Everything that is hashed into the id. */
export const recordBodySchema = z.strictObject({
  schema: z.literal(SCHEMA_VERSION),
  created,
  harness: harnessSchema,
  profile: z.enum(['quick', 'full', 'kernels']),
  seed: z.number().int().min(0).max(0xffffffff),
  host: hostSchema,
  adapter: adapterSchema,
  reported: reportedSchema,
  clock: clockSchema,
  plan: planSchema,
  events: z.array(eventSchema),
  measurements: z.array(measurementSchema),
  /** Absent where no model was asked for. */
  decode: z.array(decodeSchema).optional(),
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
export type Sample = z.infer<typeof sampleSchema>;
export type Verification = z.infer<typeof verificationSchema>;
export type Measurement = z.infer<typeof measurementSchema>;
export type Stopped = z.infer<typeof stoppedSchema>;
export type DecodeCase = z.infer<typeof decodeCaseSchema>;
export type DecodeMeasurement = z.infer<typeof decodeSchema>;
export type DecodeMeasured = Extract<DecodeMeasurement, { status: 'measured' }>;
export type Measured = z.infer<typeof measuredSchema>;
export type RecordEvent = z.infer<typeof eventSchema>;
