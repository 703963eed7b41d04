/** Verifies kernels: their outputs are compared with their f64 reference. A case that fails here never gets a time. */

import { bytesMoved } from '../../results/record/cases.ts';
import type { Verification } from '../../results/record/schema.ts';
import { f32FromWord } from '../../shaders/formats/f32.ts';
import { type Output, type Params, type Reference, toleranceOf, type WordReader } from '../../shaders/kernel.ts';
import { formatsOf, sameFamily } from '../../shaders/problem.ts';
import { POISON } from '../../shaders/random.ts';
import { type Deadline, NO_DEADLINE } from '../deadline.ts';
import { startAhead } from '../device/compile-ahead.ts';
import { checked, type Gpu } from '../device/device.ts';
import { type Filler, inputBuffer, outputBuffer, readBack } from '../device/memory.ts';
import { bind, compile, type KernelCase, type Program, submit } from '../device/program.ts';
import { inputSeed } from '../device/seeds.ts';
import { HarnessError } from '../errors.ts';
import type { Cancellation } from '../host.ts';

/** Compares outputs with the reference, and sums up their error. */
export class Comparison {
  /** The number of elements compared. */
  outputs = 0;
  /** The first fault that no tolerance allows. */
  fault: string | undefined;
  #error = 0;
  #energy = 0;

  /**
   * Compares the elements `indices` of `output`, and checks that its tail is still poison. `words` were read back from
   * its buffer, from element `first` on.
   */
  add(
    output: Output,
    words: Uint32Array<ArrayBuffer>,
    reference: Reference,
    indices: Iterable<number>,
    first = 0,
  ): void {
    for (const index of indices) this.addWord(output, index, words[index - first], reference);
    const tail = Math.max(0, output.elements - first);
    const touched = words.subarray(tail).findIndex((word) => word !== POISON);
    if (touched >= 0) {
      this.fault ??= `${output.name} must end at its ${output.elements} elements; element ${first + tail + touched} was written`;
    }
  }

  /** Compares element `index` of `output`, which is `word`; undefined where there is none. */
  addWord({ name, compare }: Output, index: number, word: number | undefined, reference: Reference): void {
    const expected = reference(name, index);
    this.outputs++;
    if (compare === 'f32' && Number.isNaN(expected)) {
      if (word !== POISON) this.fault ??= `${name}[${index}] must not be written; it was`;
      return;
    }
    const actual = word === undefined ? Number.NaN : compare === 'f32' ? f32FromWord(word) : word;
    if (compare === 'u32') {
      // It is right or a fault. In the sums, integers would hide the error of floats beside them.
      if (actual !== expected) this.fault ??= `${name}[${index}] is ${actual}, not ${expected}`;
      return;
    }
    const pairs = compare === 'i8x4' ? signedBytes(actual, expected) : [[actual, expected] as const];
    for (const [got, right] of pairs) {
      this.#error += (got - right) ** 2;
      this.#energy += right ** 2;
    }
  }

  /** Normalised mean squared error: Σ(actual − expected)² / Σ expected². */
  get nmse(): number {
    return this.#error === 0 ? 0 : this.#error / this.#energy;
  }

  /** Returns why the outputs are wrong, or undefined. */
  wrong(tolerance: number): string | undefined {
    if (this.fault) return this.fault;
    return this.nmse <= tolerance ? undefined : `error ${this.nmse.toPrecision(3)} (NMSE) is above ${tolerance}`;
  }
}

/** Returns the four signed bytes of two words, in pairs. */
function signedBytes(a: number, b: number): (readonly [number, number])[] {
  return [24, 16, 8, 0].map((shift) => [(a << shift) >> 24, (b << shift) >> 24]);
}

/** The outcome of verifying a kernel. */
export interface Verified {
  readonly verification: Verification;
  /** The number of examples that there are. Fewer were verified if there was no time for all. */
  readonly examples: number;
  /** The reason why the kernel is wrong, with the shape; undefined if it is right. */
  readonly wrong: string | undefined;
}

export interface VerifyOptions {
  readonly signal?: Cancellation;
  /** Default: there is time for every example. */
  readonly deadline?: Deadline;
}

/** The share of the time left that verifying a kernel may take. At least one example is verified. */
const VERIFY_SHARE = 1 / 6;

/**
 * Runs the examples of the case's family (its formats) in the case's variant and tuning, and compares every output
 * element. The poisoned tails of inputs and outputs are bound with them. If time is short, as where a compiler takes
 * seconds, the examples that tell least are left out.
 *
 * @throws HarnessError `cancelled`, between two examples: some machines take seconds to compile one.
 * @throws OutOfTime if there is no time for one example
 */
export async function verifyExamples(
  gpu: Gpu,
  filler: Filler,
  kernelCase: KernelCase,
  { signal = { aborted: false }, deadline = NO_DEADLINE }: VerifyOptions = {},
): Promise<Verified> {
  const { kernel, variant, params: timed, tuning } = kernelCase;
  const tolerance = toleranceOf(kernel, variant, timed);
  const examples = examplesOf(kernelCase);
  let [shapes, outputs, worst] = [0, 0, 0];
  let wrong: string | undefined;
  const verify = async (params: Params, program: () => Promise<Program>) => {
    if (signal.aborted) throw new HarnessError('cancelled', `Cancelled while ${kernel.id} was verified.`);
    const comparison = await deadline.compiling('example', async (compiled) =>
      verifyShape(gpu, filler, { kernel, variant, params, tuning }, await compiled(program())),
    );
    shapes++;
    outputs += comparison.outputs;
    worst = comparison.nmse > worst || Number.isNaN(comparison.nmse) ? comparison.nmse : worst;
    const reason = comparison.wrong(tolerance.nmse);
    if (reason) wrong ??= `${JSON.stringify(params)}: ${reason}`;
  };
  const compiled = (params: Params) => compile(gpu, { kernel, variant, params, tuning });
  const [first, ...others] = examples;
  const ours = deadline.sooner((1 - VERIFY_SHARE) * deadline.leftMs());
  // The first tells how long one takes, and with it how many may be compiled ahead.
  if (first) await verify(first, () => compiled(first));
  const timely = others.slice(0, Math.max(0, Math.floor(ours.leftMs() / ours.expectedMs('example'))));
  const programOf = startAhead(timely, compiled);
  for (const params of timely) {
    if (ours.leftMs() < ours.expectedMs('example')) break;
    await verify(params, () => programOf(params));
  }
  const nmse = Number.isFinite(worst) ? worst : null;
  const verification = { shapes, outputs, nmse, tolerance: tolerance.nmse };
  return { verification, examples: examples.length, wrong };
}

/**
 * Returns the examples of the case's family that it can run, those that tell most about the case first: those that share
 * most sizes with it, such as the batch, and the larger ones among them. A family without examples of its own has those
 * of the others.
 */
export function examplesOf({ kernel, variant, params: timed, tuning }: KernelCase): Params[] {
  const exists = (p: Params) => kernel.variants[variant]?.exists?.(p) ?? true;
  const runnable = kernel.examples.filter((p) => exists(p) && kernel.refuses(p, tuning) === undefined);
  const kin = runnable.filter((p) => sameFamily(p, timed));
  const shared = (p: Params) => Object.keys(p).filter((name) => p[name] === timed[name]).length;
  const bytes = (p: Params) => bytesMoved(kernel.work(p, tuning, variant));
  return [...(kin.length > 0 ? kin : runnable)].sort((a, b) => shared(b) - shared(a) || bytes(b) - bytes(a));
}

/** The kernels that have been verified on one device: all shapes of a family share their examples. */
export class VerifiedKernels {
  readonly #known = new Map<string, Verified>();

  /** Verifies the kernel by `verifyExamples`, once for each variant, formats and tuning. */
  async verify(gpu: Gpu, filler: Filler, kernelCase: KernelCase, options: VerifyOptions): Promise<Verified> {
    const { kernel, variant, params, tuning } = kernelCase;
    const key = JSON.stringify([kernel.id, variant, formatsOf(params), tuning]);
    const verified = this.#known.get(key) ?? (await verifyExamples(gpu, filler, kernelCase, options));
    this.#known.set(key, verified);
    return verified;
  }
}

/** Runs one case on buffers of its own, and compares every output element. @throws GpuError */
export async function verifyShape(
  gpu: Gpu,
  filler: Filler,
  kernelCase: KernelCase,
  compiled?: Program,
): Promise<Comparison> {
  const { kernel, variant, params, tuning } = kernelCase;
  const comparison = new Comparison();
  const program = compiled ?? (await compile(gpu, kernelCase));
  await checked(gpu.device, async () => {
    const inputs = [];
    for (const [i, input] of kernel.inputs(params, variant).entries()) {
      inputs.push({ name: input.name, ...(await inputBuffer(gpu, filler, input, inputSeed(i, EXAMPLE_SEED))) });
    }
    const outputs = [];
    const views = new Map(inputs.map(({ name, view }) => [name, view]));
    for (const output of kernel.outputs(params, tuning)) {
      const view = views.get(output.name) ?? (await outputBuffer(gpu.device, output.elements));
      views.set(output.name, view);
      outputs.push({ output, view });
    }
    submit(gpu, program, bind(gpu, program, [...views.values()]));
    const reference = kernel.reference(params, readers(inputs), tuning, variant);
    for (const { output, view } of outputs) {
      const all = Array.from({ length: output.elements }, (_, index) => index);
      comparison.add(output, await readBack(gpu, view), reference, all);
    }
    for (const { buffer } of views.values()) buffer.destroy();
  });
  return comparison;
}

/** The seed of the examples' inputs: the same in every run. */
const EXAMPLE_SEED = 20260101;

/** Returns word readers by the names of their inputs. */
export function readers(
  inputs: readonly { readonly name: string; readonly words: WordReader }[],
): Readonly<Record<string, WordReader>> {
  return Object.fromEntries(inputs.map(({ name, words }) => [name, words]));
}
