/**
 * Kernels for simulated devices. Their WGSL holds the parameters for the simulator to read, and their outputs are few,
 * since the simulator computes them one by one. They have the ids of the kernels that they stand for, so that the
 * figures of a run find them. Their records are refused, since the adapter is simulated.
 */

import fill from '../../../shaders/fill/kernel.ts';
import { defineKernel, type Kernel, type KernelSet, type Params } from '../../../shaders/kernel.ts';
import { ANY_BITS, randomWord } from '../../../shaders/random.ts';
import workingSetRead from '../../../shaders/working-set-read/kernel.ts';

type ReadParams = { readonly bytes: number };
type ReadTuning = { readonly layout: number };

/** The override that tells the simulator which layout a kernel is compiled in. */
export const LAYOUT_OVERRIDE = 'LAYOUT';

/** The number of words of an output. */
const OUTPUTS = 8;

/** The number of words of the source that an output word sums, the first and the last among them. */
const WORDS_EACH = 4;

/**
 * Returns a kernel that reads every byte once.
 *
 * @param flopsPerByte 1/4 for a sum: one addition for a word. 1 for GEMV: a multiplication and an addition for an f16
 * weight.
 */
function simulatedRead(
  id: string,
  flopsPerByte: number,
  shapes: (sizes: readonly number[]) => readonly number[],
): Kernel {
  return defineKernel<ReadParams, ReadTuning>({
    id,
    summary: 'stands for a kernel that reads every byte once',
    variants: { portable: { requires: [] } },
    tunable: { layout: [0, 1, 2] },
    defaults: { layout: 0 },
    yardstick: { includes: () => true, layouts: [{ layout: 1 }, { layout: 2 }] },
    examples: [{ bytes: 256 }, { bytes: 16 * 999 }],
    shapes: (sizes) => shapes(sizes).map((bytes) => ({ bytes, ...(id === 'gemv' && { format: 'f16' }) })),
    refuses: () => undefined,
    wgsl: (params) => `override ${LAYOUT_OVERRIDE}: u32;\n${simulatedWgsl(params)}`,
    constants: (_, { layout }) => ({ [LAYOUT_OVERRIDE]: layout }),
    inputs: ({ bytes }) => [{ kind: 'streamed', name: 'source', type: 'array<u32>', bytes, words: ANY_BITS }],
    outputs: () => [{ name: 'sums', type: 'array<u32>', elements: OUTPUTS, compare: 'u32' }],
    workgroups: () => 1,
    work: ({ bytes }) => ({ bytesRead: bytes, bytesWritten: 0, flops: flopsPerByte * bytes }),
    reference: someWords,
    tolerance: { nmse: 0 },
  });
}

/** Sums some words of `source`. */
const someWords: Kernel['reference'] =
  ({ bytes }, { source }) =>
  (_, output) => {
    const stride = Math.floor((Number(bytes) / 4 - 1) / (OUTPUTS * WORDS_EACH - 1));
    let sum = 0;
    for (let i = 0; i < WORDS_EACH; i++) sum = (sum + (source?.((output * WORDS_EACH + i) * stride) ?? 0)) >>> 0;
    return sum;
  };

/** Returns the parameters in place of WGSL, for the simulator to read. */
function simulatedWgsl(params: Params): string {
  return `${MARK}${JSON.stringify(params)}`;
}

const MARK = '// simulated ';

/** Returns the parameters in `code`. @throws Error for WGSL that is meant for a GPU. */
export function simulatedParams(code: string): Params {
  const line = code.split('\n').find((text) => text.startsWith(MARK));
  if (line === undefined) throw new Error('the simulator compiles no WGSL: give it the kernels of tests/calibration');
  return JSON.parse(line.slice(MARK.length));
}

/** The `fill` kernel, for simulated devices. What to fill with is an input, since one pipeline fills everything. */
const simulatedFill: Kernel = {
  ...fill,
  wgsl: simulatedWgsl,
  inputs: ({ firstWord, seed, keep, set }) => {
    const data = Uint32Array.from([firstWord, seed, keep, set], Number);
    return [{ kind: 'given', name: 'settings', type: 'vec4<u32>', bytes: data.byteLength, data }];
  },
  reference(_, { settings = () => 0 }) {
    const [firstWord = 0, seed = 0, keep = 0, set = 0] = [0, 1, 2, 3].map(settings);
    return (_, index) => randomWord(firstWord + index, seed, { keep, set });
  },
};

/** The `working-set-read` kernel, with the same sizes and work, and fewer outputs. */
export const SIMULATED_SWEEP: Kernel = {
  ...workingSetRead,
  wgsl: simulatedWgsl,
  outputs: () => [{ name: 'sums', type: 'array<u32>', elements: OUTPUTS, compare: 'u32' }],
  workgroups: () => 1,
  reference: someWords,
};

const ceiling = simulatedRead('stream-read', 1 / 4, (sizes) => sizes.slice(-1));
const gemv = simulatedRead('gemv', 1, (sizes) => sizes);

/** The kernels that a run on a simulated device measures. */
export const SIMULATED: KernelSet = {
  measured: [ceiling, gemv, SIMULATED_SWEEP],
  ceiling,
  fill: simulatedFill,
};

/** The same kernels with wrong results. */
export const LYING: KernelSet = {
  ...SIMULATED,
  measured: SIMULATED.measured.map((kernel) => ({
    ...kernel,
    wgsl: (params, variant) => kernel.wgsl({ ...params, lies: 'yes' }, variant),
  })),
};
