/**
 * What is compiled, in the tunings that are used by default: every kernel at the shapes that it says are worth timing, in
 * every variant; every dispatch of the decode steps below; and the last example of each family that is not among them.
 */

import { kernelOf, tuningOf } from '../../harness/decode/step-buffers.ts';
import { overridesOf } from '../../harness/device/program.ts';
import { assemble } from '../../shaders/assemble.ts';
import { defaultTuning, type Kernel, type Params, type Tuning } from '../../shaders/kernel.ts';
import { formatsOf } from '../../shaders/problem.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { operationsOf } from '../../shaders/step.ts';
import { modelById } from '../../src/model/models/predicted.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { stepOf } from '../../src/model/step/step.ts';

export interface CodegenCase {
  /** The kernel, its variant, and its parameters. No two cases have one name. */
  readonly name: string;
  /** The kernel, its variant and tuning, its formats and inputs: cases of one family share their text but for constants. */
  readonly family: string;
  readonly kernel: Kernel;
  readonly variant: string;
  readonly params: Params;
  readonly tuning: Tuning;
  /** The features that the variant needs. */
  readonly requires: readonly string[];
  /** The WGSL module. */
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
  /** Whether docs/codegen.md has a row of it. */
  readonly tabled: boolean;
}

/** A case before it is known which of them the tables have. */
type Draft = Omit<CodegenCase, 'tabled'>;

/** The bytes that a dispatch streams: 32 768 positions of Llama-3's KV cache in f16, and its up projection. */
const BYTES = 2 ** 27;
const POOL_BYTES = 2 ** 30;
const CONTEXT = 32768;

/**
 * The models whose steps are looked at, with their weights, KV cache, batch, activations and context: each kind of layer,
 * splits of attention of each length, and the narrowest and widest rows.
 */
const STEPS = [
  ['llama-3.1-8b', 'int4-g32', 'f16', 1, 'f32', CONTEXT],
  ['llama-3.1-8b', 'int4-g32', 'f16', 1, 'i8', CONTEXT],
  ['llama-3.1-8b', 'int4-g32', 'f16', 1, 'f32-joined', CONTEXT],
  ['llama-3.1-8b', 'f16', 'int8', 8, 'f32', CONTEXT],
  ['llama-3.1-8b', 'int4-g32', 'int4-g32', 8, 'f32', CONTEXT],
  ['qwen3-8b', 'int8', 'f16', 1, 'f32', CONTEXT],
  ['qwen3-30b-a3b', 'int4-g32', 'f16', 1, 'f32', CONTEXT],
  ['qwen3-30b-a3b', 'int4-g32', 'f16', 8, 'f32', CONTEXT],
  ['gemma-3-4b', 'int4-g32', 'f16', 1, 'i8', CONTEXT],
  ['gpt-oss-20b', 'mxfp4', 'f16', 1, 'f32', CONTEXT],
  ['gpt-oss-20b', 'mxfp4', 'f16', 1, 'i8', CONTEXT],
  ['deepseek-v3', 'int4-g32', 'f16', 1, 'f32', CONTEXT],
  ['llama-3.2-1b', 'int4-g128', 'f16', 1, 'i8', 2048],
  ['llama-3.2-1b', 'ternary', 'f16', 1, 'i8', 2048],
  ['llama-3.1-8b', 'ternary', 'f16', 1, 'i8', CONTEXT],
  ['smollm2-135m', 'int4-g32', 'f16', 1, 'i8', 2048],
  ['llama-3.1-70b', 'int4-g32', 'f16', 1, 'i8', CONTEXT],
  ['llama-3.1-8b', 'int4-g32', 'f16', 1, 'f32', 8192],
  ['llama-3.1-8b', 'int4-g32', 'int8', 1, 'f32', 8192],
  ['llama-3.1-8b', 'int4-g32', 'int4-g32', 1, 'f32', 8192],
  ['llama-3.1-8b', 'int4-g32', 'f16', 1, 'f32', 4096],
  ['llama-3.1-8b', 'int4-g32', 'int8', 1, 'f32', 4096],
  ['llama-3.1-8b', 'int4-g32', 'int4-g32', 1, 'f32', 4096],
] as const;

/** The step that has all its dispatches in the tables: the fastest where products of bytes are fast. */
const TABLED = 1;

/** Returns all cases. The tables have one of each family, for one token and for several, if it is of real size. */
export function codegenCases(): CodegenCase[] {
  /** Cases by their text: those of the same text are one. */
  const cases = new Map<string, Draft>();
  /** Words of the problems that there are. */
  const known = new Set<string>();
  const add = (
    kernel: Kernel,
    variant: string,
    params: Params,
    tuning: Tuning = defaultTuning(kernel, variant, params),
  ): Draft | undefined => {
    if (kernel.variants[variant]?.exists?.(params) === false) return undefined;
    if (kernel.refuses(params, tuning) !== undefined) return undefined;
    const one = makeCase(kernel, variant, params, tuning);
    const text = one.code + JSON.stringify(one.constants);
    known.add(wordsOf(kernel, variant, params));
    cases.set(text, cases.get(text) ?? one);
    return cases.get(text);
  };

  for (const kernel of KERNELS.measured) {
    for (const params of [...kernel.shapes([BYTES], 'all', POOL_BYTES), ...(kernel.code?.shapes ?? [])]) {
      for (const variant of Object.keys(kernel.variants)) add(kernel, variant, params);
    }
  }
  const steps = STEPS.map((step) =>
    operationsIn(step).map(({ kernel, variant, params, tuning }) => {
      const one = add(kernel, variant, params, tuning);
      if (one) return one;
      throw new Error(`${kernel.id} must run in the step ${step.join(' ')}; it refuses ${JSON.stringify(params)}`);
    }),
  );
  const tabled = new Set([...firstOfFamilies(cases.values()), ...(steps[TABLED] ?? [])]);
  for (const kernel of KERNELS.measured) {
    for (const params of kernel.examples.toReversed()) {
      for (const variant of Object.keys(kernel.variants)) {
        if (!known.has(wordsOf(kernel, variant, params))) add(kernel, variant, params);
      }
    }
  }

  return [...cases.values()].map((one) => ({ ...one, tabled: tabled.has(one) }));
}

const firstOfFamilies = (cases: Iterable<Draft>) =>
  new Map([...cases].toReversed().map((one) => [one.family + sizeOf(one.params), one])).values();

function makeCase(kernel: Kernel, variant: string, params: Params, tuning: Tuning): Draft {
  return {
    name: nameOf(kernel, variant, params),
    family: familyOf(kernel, variant, params, tuning),
    kernel,
    variant,
    params,
    tuning,
    requires: kernel.variants[variant]?.requires ?? [],
    code: assemble(kernel, params, variant, tuning),
    constants: overridesOf(kernel, variant, params, tuning),
  };
}

/** The dispatches of a step, with their kernels and tunings. */
function operationsIn([model, format, kv, batch, activations, context]: (typeof STEPS)[number]) {
  const options = { formats: allIn(format), kv, batch, context, maxSteps: 1, activations };
  return operationsOf(stepOf(modelById(model), options)).map((operation) => {
    const kernel = kernelOf(KERNEL_FOLDERS, operation);
    return { ...operation, kernel, tuning: tuningOf(kernel, operation) };
  });
}

/** The kernel, its variant, its formats and inputs. */
const wordsOf = (kernel: Kernel, variant: string, params: Params): string =>
  [kernel.id, variant, ...formatsOf(params), ...kernel.inputs(params, variant).map(({ name }) => name)].join(' ');

const familyOf = (kernel: Kernel, variant: string, params: Params, tuning: Tuning): string =>
  [wordsOf(kernel, variant, params), ...Object.values(tuning)].join(' ');

/** One token is the common case, and several take other code. */
const sizeOf = ({ batch = 1 }: Params): string => (batch === 1 ? '' : ' batch');

const nameOf = ({ id }: Kernel, variant: string, params: Params): string =>
  `${id} ${variant} ${Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
