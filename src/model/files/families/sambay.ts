/**
 * SambaY (arXiv 2507.06607), a decoder behind a decoder: Phi-4-mini-flash. The first half is Mamba-1 and attention in
 * turn; the second keeps the cache of one layer for all that follow, whose other mixers are gates on what the last Mamba
 * has read out. Source: microsoft/Phi-4-mini-flash-reasoning, `modeling_phi4flash.py`; vllm, `phi4flash.py`.
 */

import type { GroupedAttention, Layer, RecurrentMixer } from '../../models/model.ts';
import { architecture, GROUPED, layerByLayer } from './architecture.ts';
import { mamba1, mamba1Rank } from './hybrids.ts';
import type { ModelType } from './keys.ts';
import { denseMlp, finalBias, groupedAttention, normBiases } from './parts.ts';

/** A gated memory unit: it gates what the last Mamba read out for the same token, and keeps nothing itself. */
const memoryUnit = (hidden: number, inner: number): RecurrentMixer => ({
  kind: 'recurrent',
  tensors: [
    { name: 'unit in', rows: inner, columns: hidden },
    { name: 'unit out', rows: hidden, columns: inner },
  ],
  states: [],
  operations: inner,
});

const layers = architecture([...GROUPED, 'stateKeyDim', 'convolution', 'stateRank'] as const, (f, keyOf) => {
  const { hidden, layers: count } = f;
  const half = Math.floor(count / 2);
  // The first that keeps nothing. The two before it, a Mamba and attention to all positions, feed all that follow.
  const firstFed = half + 2;
  const biases = { qkvBias: true, outputBias: true };
  const own = groupedAttention(f, keyOf, (layer) => layer < half, { ...biases, differential: true });
  const fed: GroupedAttention = { ...own(firstFed), readsCacheBefore: true };
  const mamba = mamba1(f, { norms: false, format: 'bf16' });
  const unit = memoryUnit(hidden, (f.stateExpand ?? 2) * hidden);
  const mlp = denseMlp(f);
  const extras = normBiases(f);
  return layerByLayer(f, (layer): Layer => {
    const isMamba = layer % 2 === 0;
    const attention = layer < firstFed ? (isMamba ? mamba : own(layer)) : isMamba ? unit : fed;
    return { attention, mlp, extras };
  });
});

export const TYPES: Readonly<Record<string, ModelType>> = {
  phi4flash: {
    architecture: { ...layers, extras: finalBias },
    defaults: { tied: true, kvHeads: 4, window: 2047, stateKeyDim: 16, convolution: 4, convolutionBias: true },
    derive: mamba1Rank,
  },
};
