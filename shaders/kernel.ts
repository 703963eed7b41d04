/**
 * The Kernel contract: everything that the engine needs to know of a kernel, declared once, in the kernel's own folder.
 *
 * A kernel reads `inputs` and writes `outputs`. It says how many bytes it must move at least (`work`), and what the
 * right answer is (`reference`). The engine verifies, tunes and times kernels through this contract alone: no code
 * outside `shaders/<id>/` ever asks which kernel it runs.
 */

/**
 * The parameters of a problem, in plain values that a record can hold. Sizes are numbers; what changes the code, such
 * as a format, is a string. See problem.ts.
 */
export type Params = Readonly<Record<string, number | string>>;

/**
 * The layout of a kernel on the GPU: a value for each of its tunables. A tunable called `workgroupSize` is checked
 * against the adapter's limit.
 */
export type Tuning = Readonly<Record<string, number>>;

export interface Kernel<P extends Params = Params, T extends Tuning = Tuning> {
  /** The folder's name. */
  readonly id: string;
  readonly summary: string;
  /** The id of the kernel that must beat this one at the same parameters. Only scalar baselines have it. */
  readonly baselineOf?: string;
  /** Variants by name. `portable` is one of them. */
  readonly variants: Readonly<Record<string, Variant<P>>>;
  /** The names of what may be tuned, and the values worth trying. */
  readonly tunable: { readonly [name in keyof T]: readonly number[] };
  /** The tuning that is used until another is measured to be better. */
  readonly defaults: T;
  /** The same for a problem whose shape or arithmetic asks for another tuning. Default: `defaults`, for all problems. */
  defaultsFor?(p: P, variant: string): T;
  /** Returns the problem whose tunings suit this one too, though it is of another family. Default: itself. */
  tunedAs?(p: P): P;
  /** What makes this kernel a yardstick, by which a machine is judged. Default: it is none. */
  readonly yardstick?: Yardstick<P, T>;
  /** Small, ragged shapes that show every edge. A kernel is timed only if it is right on all of them. */
  readonly examples: readonly P[];
  /**
   * The shapes worth timing. A kernel that only prepares data for others has none.
   *
   * @param sizes The bytes that a dispatch may stream on this device, ascending.
   * @param breadth `few` for a quick look, `all` for the whole picture.
   * @param poolBytes The bytes of the pool, which dispatches rotate through.
   */
  shapes(sizes: readonly number[], breadth: Breadth, poolBytes: number): readonly P[];
  /** Returns why these parameters cannot run (the rule and the value met), or undefined if they can. */
  refuses(p: P, tuning: T): string | undefined;
  /**
   * Divides a problem into parts, one dispatch each, whose inputs take at most `maxBytes` each. An input that is
   * smaller in a part is a piece of the whole input; all other inputs are whole. Outputs stay as they are, and each
   * part writes its own elements. A problem whose smallest part is still too large is returned undivided. Default: no
   * problem is divided.
   */
  parts?(p: P, maxBytes: number): readonly P[];
  /**
   * Returns the WGSL without its bindings, which follow from `inputs` and `outputs`. assemble.ts makes a module of it:
   * it writes out `//#unroll` blocks and the entry point.
   */
  wgsl(p: P, variant: string): string;
  /** Returns a value for every `override` of the WGSL, and for every `//#unroll` count. */
  constants(p: P, tuning: T, variant: string): Readonly<Record<string, number>>;
  /** The inputs in binding order, before the outputs. */
  inputs(p: P, variant: string): readonly Input[];
  /** The outputs in binding order, after the inputs. */
  outputs(p: P, tuning: T): readonly Output[];
  /** The number of workgroups. The engine folds it into two dimensions; assemble.ts unfolds it. */
  workgroups(p: P, tuning: T): number;
  work(p: P, tuning: T, variant: string): Work;
  /**
   * The problem that reads what `p` streams, as `p` does, and writes none of it. It can be run beside `p` in a step: for
   * other sequences or layers, `p` itself would change what they read. Default: `p` writes nothing that it streams.
   */
  reading?(p: P): Reading<P>;
  reference(p: P, inputs: Readonly<Record<string, WordReader>>, tuning: T, variant: string): Reference;
  /** The tolerance of every variant that has none of its own. */
  readonly tolerance: Tolerance;
  /** The code that compilers may make of this kernel. Default: any, with nothing spilled. */
  readonly code?: Code<P, T>;
}

/**
 * What compilers of GPUs may make of a kernel in the tunings that are used by default, as it is today: numbers only get
 * better. tests/codegen holds them to it.
 */
export interface Code<P extends Params = Params, T extends Tuning = Tuning> {
  /** Problems of real size that are looked at beside `shapes`, of families that those leave out. Default: none. */
  readonly shapes?: readonly P[];
  /** Returns the budget of a problem, in a tuning, for each vendor's compiler. */
  budget(p: P, variant: string, t: T): Readonly<Record<Vendor, CodeBudget>>;
}

/** A problem that writes nothing of what it streams. */
export interface Reading<P extends Params = Params> {
  readonly params: P;
  /** The inputs that the other problem does not have, each by that one's input whose buffer serves for it. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** The limits of one compiler's code for one problem. */
export interface CodeBudget {
  /**
   * The maximum of instructions for each byte that is streamed, in the loop that takes the most for its bytes. Bytes of
   * smaller streams, such as scales, are not counted. Default: any, for a kernel that streams nothing.
   */
  readonly instructionsPerByte?: number;
  /**
   * The minimum of loads under way when a thread first waits for one: of streamed inputs, or of all inputs if nothing
   * streams. Default: 0.
   */
  readonly loadsInFlight?: number;
  /** The maximum of registers that are spilled. Default: 0. */
  readonly spills?: number;
  /** The maximum of registers of a thread, where more would leave room for too few threads. Default: any. */
  readonly registers?: number;
}

/**
 * A yardstick is a kernel by which a machine is judged. It is measured first, and before that a few layouts are raced at
 * its largest problem: one layout alone may suit other machines.
 */
export interface Yardstick<P extends Params, T extends Tuning> {
  /** Whether the machine is judged by this problem. The layout that wins at the largest is used for all of them. */
  includes(p: P): boolean;
  /** The layouts to race against the defaults: far from them and from each other, each with the machines that it suits. */
  readonly layouts: readonly T[];
}

/** The selection of shapes that is measured. */
export type Breadth = 'few' | 'all';

/** One way to write a kernel. The variant `portable` must exist and require nothing. */
export interface Variant<P extends Params = Params> {
  readonly requires: readonly Requirement[];
  /** Whether this variant exists for these parameters. Default: for all. */
  exists?(p: P): boolean;
  /** The tolerance, which must be the same for all problems of a family. Default: the kernel's. */
  tolerance?(p: P): Tolerance;
  /** Whether a quick look leaves this variant out, for lack of time. */
  readonly thorough?: boolean;
}

/** A feature of the device, or of the WGSL language, that an adapter may lack. */
export type Requirement = GPUFeatureName | 'packed_4x8_integer_dot_product';

/** A vendor of GPUs whose compiler's code is held to what kernels declare. */
export type Vendor = 'amd' | 'intel';

/** The allowed normalised mean squared error against the reference; 0 means equal bit for bit. */
export interface Tolerance {
  readonly nmse: number;
}

/**
 * An input buffer: streamed, random or given. `type` is its type in WGSL, such as `array<vec4<u32>>`, and `bytes` a
 * multiple of 16. Behind the buffer lies poison (random.ts).
 */
export type Input = { readonly name: string; readonly type: string; readonly bytes: number } & (
  | {
      /** Rotates through the memory pool, so that no dispatch finds its bytes in a cache. */
      readonly kind: 'streamed';
      /**
       * The widest mask of words that it may hold. Examples, which have buffers of their own, are filled with such
       * words.
       */
      readonly words: WordMask;
      /** The words of the pool that it is streamed from. Default: `TAME_FLOATS`. */
      readonly pool?: WordMask;
      /**
       * Limits the rotation to this many bytes of the pool, to find the caches that hold them. Default: the whole
       * pool.
       */
      readonly workingSetBytes?: number;
    }
  | {
      /** Small and reused, as activations are. */
      readonly kind: 'random';
      readonly words: WordMask;
    }
  | {
      /** Holds exactly `data`. */
      readonly kind: 'given';
      readonly data: Uint32Array<ArrayBuffer>;
    }
);

/**
 * Seeded random words: word i is `(hash(i, seed) & keep) | set`. The `fill` kernel makes them on the GPU and
 * `randomWord` on the CPU. The masks keep numbers tame (no NaN, no overflow). What compressors make of them is in
 * compressibility.test.ts.
 */
export interface WordMask {
  readonly keep: number;
  readonly set: number;
}

/**
 * An output buffer of 32-bit elements. What a kernel does not write stays poison (random.ts). An output with the name of an
 * input is that input, written in place: what is not written stays as it was. No kernel that is timed by itself has one,
 * since what it streams is the memory of all kernels.
 */
export interface Output {
  readonly name: string;
  /** Its type in WGSL. */
  readonly type: string;
  readonly elements: number;
  /**
   * The comparison of an element with the reference. `f32`: as a float, within tolerance. `u32`: as an integer,
   * exactly. `i8x4`: as four signed bytes, within tolerance, for values whose rounding may fall either way.
   */
  readonly compare: 'f32' | 'u32' | 'i8x4';
  /**
   * Whether it rotates through memory, as streamed inputs do, so that no cache can keep it. The kernel must write every
   * element of a streamed output.
   */
  readonly streamed?: boolean;
}

/** The minimum bytes and operations that the algorithm needs for one dispatch. Bytes include scales and metadata. */
export interface Work {
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly flops: number;
}

/** Reads 32-bit word `index` of an input, as the GPU sees it. */
export type WordReader = (index: number) => number;

/**
 * The right value of element `index` of `output`: floats in f64 over dequantised values, integers exactly, modulo
 * 2³². An element that is not written stays poison (random.ts), which is POISON as an integer and NaN as a float.
 */
export type Reference = (output: string, index: number) => number;

/**
 * Declares a kernel. The types of its parameters and tuning stay inside its folder: elsewhere a kernel is only called
 * with parameters that came from itself, or from a plan made for it.
 */
export function defineKernel<P extends Params, T extends Tuning>(kernel: Kernel<P, T>): Kernel {
  return kernel as Kernel;
}

/** A buffer of a kernel: an input, an output, or an input that is written in place. */
export interface Bound {
  readonly name: string;
  /** Its type in WGSL. */
  readonly type: string;
  readonly bytes: number;
  readonly input?: Input | undefined;
  readonly output?: Output | undefined;
}

/** Returns the buffers of a problem in binding order. */
export function buffersOf(kernel: Kernel, p: Params, variant: string, tuning: Tuning): Bound[] {
  const outputs = new Map(kernel.outputs(p, tuning).map((output) => [output.name, output]));
  const inputs = kernel.inputs(p, variant).map((input): Bound => {
    const { name, type, bytes } = input;
    const output = outputs.get(name);
    outputs.delete(name);
    return { name, type, bytes, input, output };
  });
  const others = [...outputs.values()].map((output): Bound => {
    const { name, type, elements } = output;
    return { name, type, bytes: Math.ceil(elements / 4) * 16, output };
  });
  return [...inputs, ...others];
}

/** The tuning of a problem until another is measured to be better. */
export const defaultTuning = (kernel: Kernel, variant: string, params: Params): Tuning =>
  kernel.defaultsFor?.(params, variant) ?? kernel.defaults;

/** The tolerance of a variant against the reference. */
export const toleranceOf = (kernel: Kernel, variant: string, params: Params): Tolerance =>
  kernel.variants[variant]?.tolerance?.(params) ?? kernel.tolerance;

/**
 * The bytes of workgroup memory that WebGPU guarantees (`maxComputeWorkgroupStorageSize`). No tuning takes more, so a
 * tuning runs on every adapter or on none.
 */
export const WORKGROUP_MEMORY = 16384;

/** The number of threads of a workgroup that WebGPU guarantees (`maxComputeInvocationsPerWorkgroup`). */
export const MAX_WORKGROUP_THREADS = 256;

/** The kernels of a run: those to measure, and the two that the engine itself needs. */
export interface KernelSet {
  readonly measured: readonly Kernel[];
  /** Fills every buffer. */
  readonly fill: Kernel;
  /** The kernel whose bandwidth the others are judged against. It also warms the GPU up and checks the clocks. */
  readonly ceiling: Kernel;
}
