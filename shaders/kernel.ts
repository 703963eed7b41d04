/**
 * The Kernel contract: everything the engine needs to know of a kernel, declared once, in the kernel's own folder.
 *
 * A kernel reads `inputs`, writes `outputs`, and says how many bytes that must move at the least (`work`) and what
 * the right answer is (`reference`). The engine verifies, tunes and times it through this contract alone: no code
 * outside `shaders/<id>/` ever asks which kernel it runs.
 */

/**
 * A kernel's problem, in plain values that a record can hold: sizes are numbers, and what changes the code, such as a
 * format, is a string. Problems with the same strings are of one family.
 */
export type Params = Readonly<Record<string, number | string>>;

/**
 * How a kernel is laid out on the GPU: one value for each of its tunables. One called `workgroupSize` is held against
 * the adapter's limit.
 */
export type Tuning = Readonly<Record<string, number>>;

/** What an adapter or its WGSL compiler may lack: a feature of the device, or of the language. */
export type Requirement = GPUFeatureName | 'packed_4x8_integer_dot_product';

/** Allowed normalised mean squared error against the reference; 0 means bit for bit. */
export interface Tolerance {
  readonly nmse: number;
}

/** One way to write a kernel. `portable` must exist and require nothing; others name what they need. */
export interface Variant<P extends Params = Params> {
  readonly requires: readonly Requirement[];
  /** Does this variant exist for these parameters? Default: for all. */
  exists?(p: P): boolean;
  /** The same for all problems of a family. Default: the kernel's. */
  tolerance?(p: P): Tolerance;
  /** Is it left out of a quick look, which has no time for every variant? */
  readonly thorough?: boolean;
}

/**
 * Seeded random words: word i is `(hash(i, seed) & keep) | set`, made on the GPU by the `fill` kernel and on the
 * CPU by `randomWord`. The masks keep numbers tame (no NaN, no overflow) and yet incompressible.
 */
export interface WordMask {
  readonly keep: number;
  readonly set: number;
}

/**
 * An input buffer: streamed, random or given. Sizes are bytes, multiples of 16; what lies beyond is poison.
 * `type` is its type in WGSL, `array<vec4<u32>>` say.
 */
export type Input = { readonly name: string; readonly type: string; readonly bytes: number } & (
  | {
      /** Rotates through the memory pool, so that no dispatch finds its bytes in a cache. */
      readonly kind: 'streamed';
      /** What it may hold at its richest: on buffers of its own it is tried with these. */
      readonly words: WordMask;
      /** What the pool that it is streamed from must hold; default `TAME_FLOATS`. */
      readonly pool?: WordMask;
      /** Rotates through so many bytes of the pool and no more, to find out which caches hold them. */
      readonly workingSetBytes?: number;
    }
  | {
      /** Small and reused, as activations are. */
      readonly kind: 'random';
      readonly words: WordMask;
    }
  | {
      /** These words. */
      readonly kind: 'given';
      readonly data: Uint32Array<ArrayBuffer>;
    }
);

/** An output buffer of 32-bit elements. What a kernel does not write stays poison. */
export interface Output {
  readonly name: string;
  /** Its type in WGSL. */
  readonly type: string;
  readonly elements: number;
  /**
   * How an element is compared with the reference: as a float, within tolerance; as an integer, exactly; or as four
   * signed bytes, within tolerance, where rounding may fall either way.
   */
  readonly compare: 'f32' | 'u32' | 'i8x4';
  /** Rotates through memory as streamed inputs do, so that it cannot stay in a cache. Every element is written. */
  readonly streamed?: boolean;
}

/** The fewest bytes and operations the algorithm needs for one dispatch. Bytes include scales and metadata. */
export interface Work {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly flops: number;
}

/** Reads 32-bit word `index` of an input, as the GPU sees it. */
export type WordReader = (index: number) => number;

/**
 * The right value of element `index` of `output`, in f64 over dequantised values (integers: exact, modulo 2³²). What is
 * not written stays poison (random.ts): as an integer POISON, as a float NaN.
 */
export type Reference = (output: string, index: number) => number;

export type Breadth = 'few' | 'all';

export interface Kernel<P extends Params = Params, T extends Tuning = Tuning> {
  /** The folder's name. */
  readonly id: string;
  readonly summary: string;
  /** Of a scalar baseline: the id of the kernel that must beat it, at the same parameters. */
  readonly baselineOf?: string;
  /** Variants by name; `portable` is among them. */
  readonly variants: Readonly<Record<string, Variant<P>>>;
  /** What may be tuned, and the values worth trying. */
  readonly tunable: { readonly [name in keyof T]: readonly number[] };
  /** The tuning used until one has been measured to be better. */
  readonly defaults: T;
  /** Ragged shapes that show every edge: the kernel must be right on all of them before it is timed. */
  readonly examples: readonly P[];
  /**
   * The shapes worth timing, given the sizes that a dispatch may stream here: ascending, in bytes. `few` for a quick
   * look, `all` for the whole picture. None for a kernel that is a means only. `poolBytes` is what there is to rotate
   * through.
   */
  shapes(sizes: readonly number[], breadth: Breadth, poolBytes: number): readonly P[];
  /** Why these parameters cannot run (the rule and the value met), or undefined where they can. */
  refuses(p: P, tuning: T): string | undefined;
  /**
   * The same work in parts, one dispatch each, whose inputs take `mostBytes` each at the most; of outputs, which stay as
   * they are, each writes its own elements. An input that is smaller in a part is a part of it; the others are whole in
   * all. Where even the smallest part is larger: undivided. Absent: so is every case.
   */
  parts?(p: P, mostBytes: number): readonly P[];
  /** WGSL without bindings, which follow from `inputs` and `outputs`, and with `//#unroll` blocks; see assemble.ts. */
  wgsl(p: P, variant: string): string;
  /** A value for every `override` of the WGSL, and for every `//#unroll` count. */
  constants(p: P, tuning: T, variant: string): Readonly<Record<string, number>>;
  /** In binding order, before the outputs. */
  inputs(p: P, variant: string): readonly Input[];
  /** In binding order, after the inputs. */
  outputs(p: P, tuning: T): readonly Output[];
  /** How many workgroups; the engine folds them into two dimensions, the kernel unfolds them. */
  workgroups(p: P, tuning: T): number;
  work(p: P, tuning: T, variant: string): Work;
  reference(p: P, inputs: Readonly<Record<string, WordReader>>, tuning: T, variant: string): Reference;
  /** Of every variant that does not say otherwise. */
  readonly tolerance: Tolerance;
}

/**
 * Declares a kernel. The types of its parameters and tuning stay inside its folder: outside, a kernel is only ever
 * called with parameters that came from itself or from a plan made for it.
 */
export function defineKernel<P extends Params, T extends Tuning>(kernel: Kernel<P, T>): Kernel {
  return kernel as Kernel;
}

/**
 * Bytes of workgroup memory that WebGPU guarantees (`maxComputeWorkgroupStorageSize`): no tuning takes more, so that it
 * is right everywhere or nowhere.
 */
export const WORKGROUP_MEMORY = 16384;

/** How close a variant must come to the reference. */
export const toleranceOf = (kernel: Kernel, variant: string, params: Params): Tolerance =>
  kernel.variants[variant]?.tolerance?.(params) ?? kernel.tolerance;

/** The kernels of a run: those to measure, and the two that the engine itself needs. */
export interface KernelSet {
  readonly measured: readonly Kernel[];
  /** Fills every buffer. */
  readonly fill: Kernel;
  /** The one whose speed the others are judged against; it also warms up and checks the clocks. */
  readonly ceiling: Kernel;
}
