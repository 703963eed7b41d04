/**
 * Models that nobody trained, for the experiments of claims: what decides whether memory binds is how many bytes a
 * dispatch reads, so that a few layers of a large model tell of it, and fit where it does not.
 *
 * A *slice* has the layers of Llama 3.1 8B, three of its 32, and hardly any vocabulary: each dispatch is as large as
 * there, and with its weights it takes a third of the four gigabytes that `full` streams through, so that there is room
 * for caches. Two others differ from it in the MLP's width and in nothing else: in bytes, but neither in dispatches nor
 * in the KV cache. (A whole small model would not do: SmolLM2 reads less than a megabyte a dispatch, which on a GPU
 * takes less time than launching it.)
 */

import { type Model, repeat } from './model.ts';

const source = 'made for an experiment, from the layers of Llama 3.1 8B (meta-llama/Llama-3.1-8B config.json)';

const slice = (ffn: number): Model => ({
  ...{ id: `slice-4096x${ffn}`, name: `slice of 4096 × ${ffn}`, hidden: 4096, vocabulary: 4096, tied: true, source },
  layers: repeat(3, {
    attention: { kind: 'grouped', queryHeads: 32, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn },
  }),
});

/** The slice, and the same with narrower and with wider MLPs: from 0.6 to 2.4 GB in f16. */
export const NARROW = slice(4096);
export const SLICE = slice(14336);
export const WIDE = slice(28672);

/** Its weights take 12 MB in int4, which the last-level cache of many a GPU holds; its KV cache is as large as one likes. */
export const CACHEABLE: Model = {
  ...{ id: 'slice-1024x2048', name: 'slice of 1024 × 2048', hidden: 1024, vocabulary: 1024, tied: true },
  layers: repeat(2, {
    attention: { kind: 'grouped', queryHeads: 8, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 2048 },
  }),
  source: 'made for an experiment',
};

/** As many dispatches as SmolLM2 135M, with a hundredth of its weights: a step of it is next to nothing but launches. */
export const HOLLOW: Model = {
  ...{ id: 'hollow-135m', name: 'hollow SmolLM2 135M', hidden: 64, vocabulary: 256, tied: true },
  layers: repeat(30, {
    attention: { kind: 'grouped', queryHeads: 1, kvHeads: 1, headDim: 64 },
    mlp: { kind: 'dense', ffn: 64 },
  }),
  source: 'made for an experiment, with the number of layers of SmolLM2 135M',
};

export const SLICES: readonly Model[] = [NARROW, SLICE, WIDE, CACHEABLE, HOLLOW];
