/**
 * The bounds of a record: what the engine can produce, and no more. They keep every reader's time and memory bounded,
 * and every figure finite, whoever wrote the record. Readers that accept a range take it from here.
 */

/**
 * The maximum of samples of a record, discarded ones included. A visit takes four in 60 ms or more: a full run has some
 * ten thousand, and a sweep of five hundred decode steps fifty thousand. The engine begins no decode step that it may not hold.
 */
export const MAX_SAMPLES = 2 ** 16;

/** The maximum of samples of one case: about what `kernels` has time for if it measures nothing else. It ends there. */
export const MAX_CASE_SAMPLES = 2 ** 13;

/** The maximum of cases of a plan: every kernel in every format, variant and size, tuned and not, is well below it. */
export const MAX_CASES = 1024;

/** The maximum of decode steps: ten models in a `full` sweep have about as many. */
export const MAX_DECODE_STEPS = 1024;

/** The maximum of working sets of a cache curve: two an octave from 64 KiB to 256 TiB. */
export const MAX_WORKING_SETS = 64;

/** The maximum of events. A tab that is hidden again and again makes the most; `Journal` keeps no more. */
export const MAX_EVENTS = 1024;

/** The maximum of readings of the clock's check, or of one slab: the engine takes 10 to 42. */
export const MAX_READINGS = 64;

/** The maximum of pre-rolls, layouts of a race, and rounds of a race: the engine tries 3, up to 10, and 4. */
export const MAX_TRIED = 64;

/** The maximum of slabs, and of steps in which memory grows: 4 GiB in the smallest slabs, of 32 MiB, are 128. */
export const MAX_SLABS = 1024;

/**
 * The maximum number of regions of a pool. At 1 MiB, the smallest size of a profile, this many span 1 GiB, which no
 * cache holds. Each region has a bind group, and lavapipe crashes at tens of thousands of them (seen on Mesa 25.0). The
 * limit can go once lavapipe runs `full` without it.
 */
export const MAX_REGIONS = 1024;

/** The maximum of kept outputs of a case: eight of each output, of which kernels have up to three. */
export const MAX_SPOTS = 64;

/** The maximum of inputs that one dispatch streams: kernels have up to three. */
export const MAX_STREAMED = 16;

/** The maximum of bytes of a slab, which is bound whole: drivers bind at most 2 GiB, and the engine makes none above 1. */
export const MAX_SLAB_BYTES = 2 ** 30;

/** The maximum of features, WebGPU's and WGSL's. Engines had up to 35 in 2026. */
export const MAX_FEATURES = 256;

/** The maximum of entries of `params`, `tuning` and `limits`: kernels have up to 18 parameters, and 8 limits are kept. */
export const MAX_ENTRIES = 32;

/** The maximum length of a text, in characters. */
export const MAX_TEXT = 1000;

/** The maximum length of a name: of a kernel, a variant, a parameter, a feature. */
export const MAX_NAME = 100;

/** The maximum of dispatches of a timed region: recording one takes about a microsecond. */
export const MAX_DISPATCHES = 2 ** 14;

/** The maximum of kernels of a decode step that are explained, each in its shape: a model with several kinds of layers has 40. */
export const MAX_STEP_KERNELS = 64;

/** The maximum of dispatches that are added beside each of a kernel, to explain it. */
export const MAX_ADDED = 64;

/** The maximum of dispatches of a decode step: 500 layers of two hundred. */
export const MAX_STEP_DISPATCHES = 1e5;

/** The maximum of layers of a model, in files, too: the largest of 2026 have 126, and each is planned by itself. */
export const MAX_LAYERS = 500;

/** The maximum number of a round: rounds are counted over all waves and sessions, and none has fewer than one sample. */
export const MAX_ROUND = 2 ** 20;

/** The longest time, in ms: 24.8 days, the longest timer of a browser. */
export const MAX_MS = 2 ** 31 - 1;

/** The shortest time that a clock can show, in ms: a thousandth of the nanosecond of timestamps, for rounding. */
export const MIN_MS = 1e-9;

/** The largest step of timestamps, in ns, and what a difference of broken ones may be: they are 64-bit counters. */
export const MAX_TIMESTAMP_NS = 2 ** 64;

/** The range of a rate that was measured, in GB/s: from far below a software adapter's to a row of racks'. */
export const [MIN_GBPS, MAX_GBPS] = [1e-6, 1e8];

/** The range of a machine's memory, in GB. */
export const [MIN_MEMORY_GB, MAX_MEMORY_GB] = [0.01, 1e7];

/** The largest limit of an adapter: WebGPU's are 64-bit. */
export const MAX_LIMIT = 2 ** 64;

/** The largest subgroup. WebGPU's are of 4 to 128. */
export const MAX_SUBGROUP = 1024;

/** The largest major version of a browser or engine: Chromium's of 2026 is 150. */
export const MAX_MAJOR_VERSION = 100_000;

/** The loosest tolerance of a kernel: 1e-6 and less are in use. Beyond this, an output counts as wrong in any format. */
export const MAX_TOLERANCE = 1e-3;

/** The maximum of examples that kernels are verified on, all kernels of a decode step together. */
export const MAX_SHAPES = 100_000;

/** The longest context of a decode step that is timed, in positions. */
export const MAX_CONTEXT = 1e7;

/** The largest batch of a decode step that is timed, in sequences. */
export const MAX_BATCH = 4096;

/** The ids of all number formats that weights, or a kernel's `format`, can have. */
export const FORMAT_IDS: readonly string[] = [
  ...['f32', 'f16', 'bf16', 'int8', 'int4-g32', 'int4-g128'],
  ...['mxfp4', 'nvfp4', 'fp8', 'ternary'],
];

/** The ids of the formats of KV cache that the attention kernels read. */
export const KV_FORMAT_IDS: readonly string[] = ['f16', 'int8', 'int4-g32'];

/** The maximum of bytes of a record's text: twice what the most samples take, indented. */
export const MAX_RECORD_BYTES = 2 ** 25;

/** The maximum of values in a record, lists and objects included. A sample has six. */
export const MAX_VALUES = 2 ** 20;

/** The maximum depth of lists and objects in each other. A record has seven levels. */
export const MAX_DEPTH = 16;
