/**
 * Qwen 2 to 3.6.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import type { Mlp } from '../../models/model.ts';
import { complete, type Fields, type KeyOf, type Known } from '../fields.ts';
import { architecture, BASE, GROUPED, layerByLayer, layerTypes } from './architecture.ts';
import { type ModelType, shape, withDefaults } from './keys.ts';
import { DELTA, deltaAttention, denseMlp, EXPERTS, expertsMlp, groupedAttention, mlps } from './parts.ts';

/** Whether a layer slides where only layers from `layersBeforeWindow` on do. */
const slidesLate = (f: Fields) => (layer: number) => f.slides === true && layer >= (f.layersBeforeWindow ?? 0);

/** Qwen2 and Qwen2.5, whose queries, keys and values have biases. */
export const qwen2 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true }, keyOf, slidesLate(f));
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3Moe = architecture(
  [...BASE, 'queryHeads', 'experts', 'activeExperts', 'expertFfn'] as const,
  (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
    const experts = expertsMlp(f, f.expertFfn, keyOf);
    const denseAt = new Set(f.denseAt);
    const isDense = (layer: number): boolean => denseAt.has(layer) || (layer + 1) % (f.expertsEvery ?? 1) !== 0;
    const mlp = (layer: number): Mlp => (isDense(layer) ? denseMlp(complete(f, ['ffn'], keyOf)) : experts);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
  },
);

/** Qwen3-Next, 3.5 and 3.6: gated linear attention in all layers but each fourth. */
export const qwenNext = architecture([...BASE, ...DELTA, 'queryHeads'] as const, (f, keyOf) => {
  const types = layerTypes(f, 'layerTypes', ['linear_attention', 'full_attention'], keyOf);
  const { layerTypes: _, ...rest } = f;
  const full = groupedAttention(rest, keyOf, () => false, { headNorms: true, outputGate: 'value' })(0);
  const linear = deltaAttention(f, keyOf);
  const isFull = (layer: number): boolean =>
    types ? types[layer] === 'full_attention' : (layer + 1) % (f.globalEvery ?? 4) === 0;
  const mlp = qwenMlps(f, keyOf);
  return layerByLayer(f, (layer) => ({ attention: isFull(layer) ? full : linear, mlp: mlp(layer) }));
});

/** The MLPs of Qwen's mixtures: experts in each `expertsEvery` layers, and a shared expert with a gate. */
function qwenMlps(f: Known<'layers'>, keyOf: KeyOf): (layer: number) => Mlp {
  if (!f.experts) {
    const dense = denseMlp(complete(f, ['ffn'], keyOf));
    return () => dense;
  }
  const known = complete(f, EXPERTS, keyOf);
  const sharedFfn = f.sharedFfn ?? 0;
  const experts = expertsMlp(known, known.expertFfn, keyOf, sharedFfn > 0 ? { sharedFfn, sharedGate: true } : {});
  const denseAt = new Set(f.denseAt);
  return mlps(f, keyOf, experts, (layer) => !denseAt.has(layer) && (layer + 1) % (f.expertsEvery ?? 1) === 0);
}

/** Qwen2-MoE (Qwen1.5-MoE, Qwen2-57B), whose queries, keys and values have biases. */
export const qwen2Moe = architecture([...BASE, ...EXPERTS, 'queryHeads'] as const, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true }, keyOf, slidesLate(f));
  const mlp = qwenMlps(f, keyOf);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

const QWEN2: ModelType = { architecture: qwen2, wrapped: shape(32, 4096, 22_016, 151_936, 32) };
const QWEN2_VL: ModelType = { architecture: qwen2, wrapped: shape(80, 8192, 29_568, 152_064, 64, 8) };

const QWEN3: ModelType = {
  architecture: qwen3,
  defaults: { headDim: 128 },
  wrapped: shape(32, 4096, 22_016, 151_936, 32),
};

const QWEN3_MOE: ModelType = { architecture: qwen3Moe };

const DELTA_DEFAULTS: Fields = {
  convolution: 4,
  stateKeyDim: 128,
  stateValueDim: 128,
  stateKeyHeads: 16,
  stateHeads: 32,
};

const QWEN_NEXT: ModelType = { architecture: qwenNext, defaults: { headDim: 256, ...DELTA_DEFAULTS } };

export const TYPES = withDefaults(
  {
    qwen2: QWEN2,
    qwen3: QWEN3,
    qwen3_moe: QWEN3_MOE,
    qwen2_moe: { architecture: qwen2Moe },
    qwen2_vl: QWEN2_VL,
    qwen2_5_vl: QWEN2_VL,
    qwen2_5_omni: { ...QWEN2_VL, wrapped: shape(28, 3584, 18_944, 152_064, 28, 4) },
    qwen3_vl: QWEN3,
    qwen3_vl_moe: QWEN3_MOE,
    qwen3_omni_moe: QWEN3_MOE,
    qwen3_next: QWEN_NEXT,
    qwen3_5: {
      ...QWEN_NEXT,
      wrapped: shape(32, 4096, 12_288, 248_320, 16, 4),
    },
    qwen3_5_moe: {
      ...QWEN_NEXT,
      wrapped: {
        ...shape(40, 2048, 5632, 248_320, 16, 2),
        ...{
          num_experts: 256,
          num_experts_per_tok: 8,
          moe_intermediate_size: 512,
          shared_expert_intermediate_size: 512,
        },
      },
    },
  },
  {
    qwen2_moe: { sharedFfn: 5632 },
    qwen3_moe: { kvHeads: 4 },
    qwen3_next: { kvHeads: 2, experts: 512, sharedFfn: 512 },
    qwen3_5: { kvHeads: 4 },
    qwen3_5_moe: { kvHeads: 2, sharedFfn: 512 },
  },
);
