/**
 * What is compiled, with default tuning: every kernel at the shapes that it says are worth timing, in every variant; the
 * dispatches of decode steps, of which the first counts in full and the others add what is new; and the last example of
 * each family that is not among them.
 */

import { overridesOf } from '../../harness/device/program.ts';
import { assemble } from '../../shaders/assemble.ts';
import type { Kernel, Params } from '../../shaders/kernel.ts';
import { formatsOf } from '../../shaders/problem.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';
import { operationsOf } from '../../shaders/step.ts';
import { modelById } from '../../src/model/models/index.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { stepOf } from '../../src/model/step/step.ts';

export interface CodegenCase {
  /** The kernel, its variant, and its parameters, as a message names them. */
  readonly name: string;
  /** The kernel, its variant and its formats: cases of one family share their text but for constants. */
  readonly family: string;
  readonly kernel: Kernel;
  readonly variant: string;
  readonly params: Params;
  /** The features that the variant needs. */
  readonly requires: readonly string[];
  /** The WGSL module. */
  readonly code: string;
  readonly constants: Readonly<Record<string, number>>;
}

/** The bytes that a dispatch streams: 32 768 positions of Llama-3's KV cache in f16, and its up projection. */
const BYTES = 2 ** 27;
const POOL_BYTES = 2 ** 30;
const CONTEXT = 32768;

/** The models whose steps are looked at, with their weights, KV cache and batch: one of each kind of layer. */
const STEPS = [
  ['llama-3.1-8b', 'int4-g32', 'f16', 1],
  ['llama-3.1-8b', 'f16', 'int8', 8],
  ['llama-3.1-8b', 'int4-g32', 'int4-g32', 8],
  ['qwen3-8b', 'int8', 'f16', 1],
  ['qwen3-30b-a3b', 'int4-g32', 'f16', 1],
  ['qwen3-30b-a3b', 'int4-g32', 'f16', 8],
  ['gemma-3-4b', 'int4-g32', 'f16', 1],
  ['gpt-oss-20b', 'mxfp4', 'f16', 1],
  ['deepseek-v3', 'int4-g32', 'f16', 1],
] as const;

/** Returns all cases; or few: one of each family, and the first step. */
export function codegenCases(breadth: 'few' | 'all' = 'all'): CodegenCase[] {
  const cases = new Map<string, CodegenCase>();
  const known = new Set<string>();
  const firstStep = new Set<string>();
  const add = (kernel: Kernel, variant: string, params: Params, fromFirstStep = false) => {
    const { requires = [], exists } = kernel.variants[variant] ?? {};
    if (exists?.(params) === false || kernel.refuses(params, kernel.defaults) !== undefined) return;
    const code = assemble(kernel, params, variant, kernel.defaults);
    const constants = overridesOf(kernel, variant, params, kernel.defaults);
    const family = familyOf(kernel, variant, params);
    const key = code + JSON.stringify(constants);
    known.add(family).add(family + sizeOf(params));
    if (fromFirstStep) firstStep.add(key);
    if (!cases.has(key)) {
      cases.set(key, {
        name: nameOf(kernel, variant, params),
        family,
        kernel,
        variant,
        params,
        requires,
        code,
        constants,
      });
    }
  };
  const addAll = (kernel: Kernel, params: Params) => {
    for (const variant of Object.keys(kernel.variants)) add(kernel, variant, params);
  };

  for (const kernel of KERNELS.measured) {
    const shapes = [...kernel.shapes([BYTES], 'all', POOL_BYTES), ...(kernel.code?.shapes ?? [])];
    for (const params of shapes) addAll(kernel, params);
  }
  for (const [i, [model, format, kv, batch]] of STEPS.entries()) {
    const step = stepOf(modelById(model), { formats: allIn(format), kv, batch, context: CONTEXT, maxSteps: 1 });
    for (const { kernel: id, variant, params } of operationsOf(step)) {
      const kernel = KERNEL_FOLDERS.get(id);
      const isNew = kernel && !known.has(familyOf(kernel, variant, params) + sizeOf(params));
      if (kernel && (i === 0 || isNew)) add(kernel, variant, params, i === 0);
    }
  }
  for (const kernel of KERNELS.measured) {
    for (const params of kernel.examples.toReversed()) {
      for (const variant of Object.keys(kernel.variants)) {
        if (!known.has(familyOf(kernel, variant, params))) add(kernel, variant, params);
      }
    }
  }
  if (breadth === 'all') return [...cases.values()];
  const ofFamily = new Map([...cases].toReversed().map(([key, { family }]) => [family, key]));
  const few = new Set([...ofFamily.values(), ...firstStep]);
  return [...cases].flatMap(([key, one]) => (few.has(key) ? [one] : []));
}

const familyOf = ({ id }: Kernel, variant: string, params: Params): string =>
  [id, variant, ...formatsOf(params)].join(' ');

/** One token is the common case, and several take other code. */
const sizeOf = ({ batch = 1 }: Params): string => (batch === 1 ? '' : ' batch');

const nameOf = ({ id }: Kernel, variant: string, params: Params): string =>
  `${id} ${variant} ${Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}`;
