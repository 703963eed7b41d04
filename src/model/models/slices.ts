/**
 * Models for the experiments of claims, which nobody trained. Whether memory binds depends on how many bytes a dispatch
 * reads, so a few layers of a large model show it, and fit where the model does not.
 *
 * A *slice* has three of Llama 3.1 8B's 32 layers, and hardly any vocabulary: its dispatches are as large as the
 * model's. Its weights take a third of the four gigabytes that `full` streams through, so there is room for KV caches.
 * Two other slices differ from it only in the width of the MLP: in bytes, but neither in dispatches nor in the KV
 * cache. A whole small model would not do: SmolLM2 reads less than a megabyte a dispatch, which takes a GPU less time
 * than launching it.
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

/** The slice with a narrower MLP. The three slices take from 0.6 to 2.4 GB in f16. */
export const NARROW = slice(4096);
/** The slice with the MLP of Llama 3.1 8B. */
export const SLICE = slice(14336);
/** The slice with a wider MLP. */
export const WIDE = slice(28672);

/**
 * The slice with a sliding window. Its KV caches keep every position, as an engine's do that shares prefixes, and a step
 * reads the newest ones alone: at 8,192 positions a sixteenth of what is kept.
 */
export const WINDOWED: Model = {
  ...SLICE,
  ...{ id: 'slice-4096x14336-window-512', name: 'slice of 4096 × 14336 with a window' },
  layers: SLICE.layers.map(({ attention, ...layer }) => ({ ...layer, attention: { ...attention, window: 512 } })),
};

/** A model whose weights take 12 MB in int4, which the last-level caches of many GPUs hold. */
export const CACHEABLE: Model = {
  ...{ id: 'slice-1024x2048', name: 'slice of 1024 × 2048', hidden: 1024, vocabulary: 1024, tied: true },
  layers: repeat(2, {
    attention: { kind: 'grouped', queryHeads: 8, kvHeads: 8, headDim: 128 },
    mlp: { kind: 'dense', ffn: 2048 },
  }),
  source: 'made for an experiment',
};

/**
 * A model with as many dispatches as SmolLM2 135M and a hundredth of its weights: its steps are almost only launches.
 */
export const HOLLOW: Model = {
  ...{ id: 'hollow-135m', name: 'hollow SmolLM2 135M', hidden: 64, vocabulary: 256, tied: true },
  layers: repeat(30, {
    attention: { kind: 'grouped', queryHeads: 1, kvHeads: 1, headDim: 64 },
    mlp: { kind: 'dense', ffn: 64 },
  }),
  source: 'made for an experiment, with the number of layers of SmolLM2 135M',
};

export const SLICES: readonly Model[] = [NARROW, SLICE, WIDE, WINDOWED, CACHEABLE, HOLLOW];
