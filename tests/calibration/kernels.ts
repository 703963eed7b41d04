/**
 * Kernels for a device that computes nothing: their WGSL names the problem for the simulator to read, and their outputs
 * are few, since the simulator computes them from what the buffers hold. They go by the names of those they stand for,
 * so that the figures of a run find them; that the adapter is simulated keeps their records out.
 */

import fill from '../../shaders/fill/kernel.ts';
import { defineKernel, type Kernel, type KernelSet, type Params } from '../../shaders/kernel.ts';
import { ANY_BITS, randomWord } from '../../shaders/random.ts';
import workingSetRead from '../../shaders/working-set-read/kernel.ts';

type ReadParams = { readonly bytes: number };

/** Words of an output; each sums some words of the source, the first and the last included. */
const OUTPUTS = 8;
const WORDS_EACH = 4;

/** `flopsPerByte`: one addition a word where bytes are summed, one multiplication and one addition a weight of f16. */
function simulatedRead(
  id: string,
  flopsPerByte: number,
  shapes: (sizes: readonly number[]) => readonly number[],
): Kernel {
  return defineKernel<ReadParams, Record<string, never>>({
    id,
    summary: 'stands for a kernel that reads every byte once',
    variants: { portable: { requires: [] } },
    tunable: {},
    defaults: {},
    examples: [{ bytes: 256 }, { bytes: 16 * 999 }],
    shapes: (sizes) => shapes(sizes).map((bytes) => ({ bytes, ...(id === 'gemv' && { format: 'f16' }) })),
    refuses: () => undefined,
    wgsl: simulatedWgsl,
    constants: () => ({}),
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

/** No WGSL: the parameters, for the simulator to read. */
function simulatedWgsl(params: Params): string {
  return `${MARK}${JSON.stringify(params)}`;
}

const MARK = '// simulated ';

/** The parameters in what was to be compiled. @throws for WGSL that is meant for a GPU. */
export function simulatedParams(code: string): Params {
  const line = code.split('\n').find((text) => text.startsWith(MARK));
  if (line === undefined) throw new Error('the simulator compiles no WGSL: hand it the kernels of tests/calibration');
  return JSON.parse(line.slice(MARK.length));
}

/** As `fill`: what to fill with is data, since one pipeline fills everything. */
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

/** As `working-set-read`, sizes and work included, with fewer outputs. */
export const SIMULATED_SWEEP: Kernel = {
  ...workingSetRead,
  wgsl: simulatedWgsl,
  outputs: () => [{ name: 'sums', type: 'array<u32>', elements: OUTPUTS, compare: 'u32' }],
  workgroups: () => 1,
  reference: someWords,
};

const ceiling = simulatedRead('stream-read', 1 / 4, (sizes) => sizes.slice(-1));
const gemv = simulatedRead('gemv', 1, (sizes) => sizes);

/** What a run on a simulated device measures. */
export const SIMULATED: KernelSet = {
  measured: [ceiling, gemv, SIMULATED_SWEEP],
  ceiling,
  fill: simulatedFill,
};

/** The same, and every result is wrong. */
export const LYING: KernelSet = {
  ...SIMULATED,
  measured: SIMULATED.measured.map((kernel) => ({
    ...kernel,
    wgsl: (params) => simulatedWgsl({ ...params, lies: 'yes' }),
  })),
};
