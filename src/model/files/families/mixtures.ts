/**
 * Mixtures of experts of several makers.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import type { GroupedAttention } from '../../models/model.ts';
import { complete } from '../fields.ts';
import { architecture, BASE, GROUPED, layerByLayer, layerTypes } from './architecture.ts';
import { type Config, cutTo, expertLayers, type ModelType, numberOr, OBJECT, shape, withDefaults } from './keys.ts';
import { deepseekExperts, EXPERTS, expertsMlp, groupedAttention, hasExperts, mlps, slidesEvenly } from './parts.ts';

/** MiniMax M2: all queries and all keys of a token are normed as one vector. */
export const minimaxM2 = architecture(
  [...BASE, ...(['queryHeads', 'experts', 'activeExperts', 'expertFfn'] as const)] as const,
  (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, () => false, f.headNorms === false ? {} : { headNorms: 'all heads' });
    const mlp = expertsMlp(f, f.expertFfn, keyOf, { routerBias: f.routerBias ?? true });
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
  },
);

/** MiniMax M3: an indexer over grouped attention picks blocks of positions in most layers. */
export const minimaxM3 = architecture([...BASE, ...EXPERTS, 'queryHeads', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['full_attention', 'minimax_m3_sparse'], keyOf) ?? [];
  const full = groupedAttention(rest, keyOf, () => false, { headNorms: true })(0);
  const sparse = (): GroupedAttention => {
    const { indexHeads: heads, indexDim: dim, picks } = complete(f, ['indexHeads', 'indexDim', 'picks'], keyOf);
    return { ...full, picks, indexer: { heads, dim } };
  };
  const mlp = mlps(
    f,
    keyOf,
    deepseekExperts({ routerBias: true, ...f }, keyOf),
    hasExperts(f, keyOf, () => true),
  );
  return layerByLayer(f, (layer) => ({
    attention: types[layer] === 'minimax_m3_sparse' ? sparse() : full,
    mlp: mlp(layer),
  }));
});

/** MiMo V2: layers that slide have heads, widths and sinks of their own. */
export const mimo = architecture([...BASE, ...EXPERTS, 'queryHeads', 'headDim', 'layerTypes'] as const, (f, keyOf) => {
  const { fullSinks: sinks = false, slidingSinks = true, ...rest } = f;
  const values = (valueDim: number | undefined, headDim: number) =>
    valueDim === undefined || valueDim === headDim ? {} : { valueDim };
  const full = groupedAttention(rest, keyOf, () => false, {
    ...(sinks && { sinks }),
    ...values(f.valueDim, f.headDim),
  });
  const { slidingHeads = f.queryHeads, slidingKvHeads = f.kvHeads, slidingHeadDim = f.headDim } = f;
  const slides = groupedAttention(
    { ...rest, queryHeads: slidingHeads, kvHeads: slidingKvHeads ?? slidingHeads, headDim: slidingHeadDim },
    keyOf,
    () => true,
    { ...(slidingSinks && { sinks: true }), ...values(f.slidingValueDim ?? f.valueDim, slidingHeadDim) },
  );
  const has = hasExperts(f, keyOf, (layer) => layer > 0);
  const mlp = mlps(f, keyOf, deepseekExperts({ routerBias: true, ...f }, keyOf), has);
  return layerByLayer(f, (layer) => ({
    attention: (f.layerTypes[layer] === 'sliding_attention' ? slides : full)(layer),
    mlp: mlp(layer),
  }));
});

/** Step 3.5 and 3.7: gates of heads, and more heads in layers that slide. */
export const step3 = architecture([...GROUPED, ...EXPERTS] as const, (f, keyOf) => {
  const traits = { headNorms: true, outputGate: 'head' } as const;
  const attention = groupedAttention(f, keyOf, () => false, traits);
  const { slidingHeads = f.queryHeads, slidingKvHeads = f.kvHeads } = f;
  const other = { ...f, queryHeads: slidingHeads, kvHeads: slidingKvHeads ?? slidingHeads };
  const slides = groupedAttention(other, keyOf, () => false, traits);
  const has = hasExperts(f, keyOf, (layer) => layer >= (f.denseLayers ?? 3));
  const mlp = mlps(f, keyOf, deepseekExperts({ routerBias: true, ...f }, keyOf), has);
  return layerByLayer(f, (layer) => ({
    attention: (f.layerTypes?.[layer] === 'sliding_attention' ? slides : attention)(layer),
    mlp: mlp(layer),
  }));
});

/** Step 3: compressed queries, and one KV head for all of them (MFA). */
export const step3Compressed = architecture([...GROUPED, ...EXPERTS, 'queryRank'] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => false, { queryRank: f.queryRank });
  const has = hasExperts(f, keyOf, (layer) => layer >= (f.denseLayers ?? 1));
  const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), has);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

/** Llama 4: attention in chunks but for each fourth layer, and experts in each `expertsEvery` layers. */
export const llama4 = architecture([...GROUPED, 'experts', 'activeExperts'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['chunked_attention', 'full_attention'], keyOf);
  const full = groupedAttention(rest, keyOf, () => false)(0);
  const chunked: GroupedAttention = f.chunk === undefined ? full : { ...full, window: f.chunk, chunked: true };
  const isChunked = (layer: number): boolean =>
    types ? types[layer] === 'chunked_attention' : (layer + 1) % (f.globalEvery ?? 4) !== 0;
  const experts = expertsMlp(f, f.ffn, keyOf, { sharedFfn: f.ffn });
  const mlp = mlps(
    f,
    keyOf,
    experts,
    hasExperts(f, keyOf, (layer) => (layer + 1) % (f.expertsEvery ?? 1) === 0),
  );
  return layerByLayer(f, (layer) => ({ attention: isChunked(layer) ? chunked : full, mlp: mlp(layer) }));
});

export const gptOss = architecture([...GROUPED, 'experts', 'activeExperts'] as const, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true, outputBias: true }, keyOf, slidesEvenly, { sinks: true });
  const mlp = expertsMlp(f, f.expertFfn ?? f.ffn, keyOf, { routerBias: true, biases: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
});

/** Indices of layers with experts, which Step's configs have as a text. */
const stepLayers = (config: Config): Config => ({
  ...cutTo(config, ['layer_types', 'mlp_layer_types']),
  ...(typeof config.moe_layers_enum === 'string' && {
    moe_layers_enum: config.moe_layers_enum.split(',').map(Number),
  }),
});

const STEP3: ModelType = { architecture: step3, defaults: { headDim: 128 }, derive: stepLayers };

const MINIMAX_M3: ModelType = { architecture: minimaxM3, defaults: { headDim: 128 }, derive: sparseBlocks };

/** Blocks of positions that the indexer of MiniMax M3 picks, and which layers have one. */
function sparseBlocks(config: Config): Config {
  const sparse = OBJECT.safeParse(config.sparse_attention_config);
  const own: Config = sparse.success ? sparse.data : {};
  const blocks = numberOr(config.index_topk_blocks ?? own.sparse_topk_blocks, 16);
  const size = numberOr(config.index_block_size ?? own.sparse_block_size, 128);
  const which = own.sparse_attention_freq;
  return {
    picked_positions: blocks * size,
    index_n_heads: config.index_n_heads ?? own.sparse_num_index_heads ?? 4,
    index_head_dim: config.index_head_dim ?? own.sparse_index_dim ?? 128,
    ...(Array.isArray(which) && { layer_types: which.map((is) => (is ? 'minimax_m3_sparse' : 'full_attention')) }),
    ...expertLayers(config),
    // The width of an expert is the config's plain width.
    moe_intermediate_size: config.moe_intermediate_size ?? config.intermediate_size,
  };
}

function mimoLayers(config: Config): Config {
  const pattern = config.hybrid_layer_pattern ?? config.hybrid_block_pattern;
  return {
    ...(Array.isArray(pattern) && {
      layer_types: pattern.map((slides) => (slides ? 'sliding_attention' : 'full_attention')),
    }),
    // Configs that transformers wrote leave out that sliding layers have twice the KV heads.
    swa_num_key_value_heads: config.swa_num_key_value_heads ?? 2 * numberOr(config.num_key_value_heads, 4),
    ...expertLayers(config),
  };
}

export const TYPES = withDefaults(
  {
    llama4: {
      architecture: llama4,
      defaults: { headDim: 128, chunk: 8192, experts: 16, activeExperts: 1, expertsEvery: 1 },
      wrapped: { ...shape(48, 5120, 8192, 202_048, 40, 8), intermediate_size_mlp: 16_384 },
    },
    minimax_m2: {
      architecture: minimaxM2,
      defaults: { headDim: 128 },
      derive: ({ intermediate_size: ffn, moe_intermediate_size: own = ffn }) => ({ moe_intermediate_size: own }),
    },
    minimax_m3: MINIMAX_M3,
    minimax_m3_vl: MINIMAX_M3,
    mimo_v2_flash: { architecture: mimo, defaults: { headDim: 192, valueDim: 128 }, derive: mimoLayers },
    step3: { architecture: step3Compressed, defaults: { headDim: 256 }, derive: stepLayers },
    step3p5: STEP3,
    step3p7: STEP3,
    gpt_oss: { architecture: gptOss, defaults: { headDim: 64, window: 128 } },
  },
  {
    llama4: { kvHeads: 8 },
    minimax_m2: { kvHeads: 8 },
    minimax_m3: { kvHeads: 4, sharedFfn: 3072 },
    minimax_m3_vl: { kvHeads: 4, sharedFfn: 3072 },
    mimo_v2_flash: { kvHeads: 4 },
    step3: { kvHeads: 1, sharedFfn: 5120 },
    step3p5: { kvHeads: 8, sharedFfn: 1280 },
    step3p7: { kvHeads: 8, sharedFfn: 1280 },
    gpt_oss: { kvHeads: 8 },
  },
);
