/**
 * `config.json`, which model hubs keep beside the weights. Its keys and their defaults are those of
 * huggingface/transformers (`models/<type>/configuration_<type>.py`).
 */

import { z } from 'zod';
import { MAX_LAYERS } from '../../../results/bounds.ts';
import { quoted } from '../../../results/shown.ts';
import type { Model } from '../models/model.ts';
import * as known from './architectures.ts';
import { architectureOf, LINEAR, modelFrom } from './architectures.ts';
import { type FieldName, type Fields, parseFields } from './fields.ts';
import { weightsOfConfig } from './quantised-config.ts';
import { type Files, ModelFileError, ofFile, opened, readJson } from './source.ts';
import type { StoredWeights } from './stored.ts';

/**
 * The keys of each field, of which the first that is present counts. A dot leads into an object. Fields without a key
 * follow from the modelling code.
 */
const KEYS: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
  layers: ['num_hidden_layers', 'num_layers'],
  hidden: ['hidden_size'],
  vocabulary: ['vocab_size'],
  tied: ['tie_word_embeddings'],
  queryHeads: ['num_attention_heads'],
  kvHeads: ['num_key_value_heads', 'num_attention_groups'],
  headDim: ['head_dim', 'attention_head_dim'],
  qkvBias: ['attention_bias', 'use_bias'],
  outputBias: ['attention_out_bias', 'attention_bias', 'use_bias'],
  ffn: ['intermediate_size'],
  mlpBias: ['mlp_bias', 'use_bias'],
  window: ['sliding_window'],
  slides: ['use_sliding_window'],
  layersBeforeWindow: ['max_window_layers'],
  globalEvery: [
    ...['sliding_window_pattern', '_sliding_window_pattern', 'full_attention_interval'],
    ...['no_rope_layer_interval', 'layer_switch'],
  ],
  layerTypes: ['layer_types', 'layers_block_type'],
  chunk: ['attention_chunk_size'],
  slidingHeads: ['swa_num_attention_heads', 'attention_other_setting.num_attention_heads'],
  slidingKvHeads: ['swa_num_key_value_heads', 'attention_other_setting.num_attention_groups'],
  slidingHeadDim: ['swa_head_dim'],
  slidingValueDim: ['swa_v_head_dim'],
  fullHeadDim: ['global_head_dim'],
  fullKvHeads: ['num_global_key_value_heads'],
  slidingSinks: ['add_swa_attention_sink_bias'],
  fullSinks: ['add_full_attention_sink_bias'],
  valuesOfKeys: ['attention_k_eq_v'],
  sharedKvLayers: ['num_kv_shared_layers'],
  headNorms: ['use_qk_norm'],
  ffnOf: ['ffn_of_layers'],
  kvHeadsOf: ['kv_heads_of_layers'],
  perLayerDim: ['hidden_size_per_layer_input'],
  perLayerVocabulary: ['vocab_size_per_layer_input'],
  doubleWide: ['use_double_wide_mlp'],
  streams: ['hc_mult', 'altup_num_inputs'],
  laurelRank: ['laurel_rank'],
  experts: ['num_local_experts', 'num_experts', 'n_routed_experts', 'moe_num_experts'],
  activeExperts: [
    ...['num_experts_per_tok', 'experts_per_token', 'num_experts_per_token'],
    ...['top_k_experts', 'moe_top_k', 'moe_k'],
  ],
  expertFfn: ['moe_intermediate_size'],
  sharedExperts: ['n_shared_experts', 'num_shared_experts', 'moe_num_shared_experts'],
  sharedFfn: [
    ...['shared_expert_intermediate_size', 'moe_shared_expert_intermediate_size', 'share_expert_dim'],
    ...['shared_intermediate_size'],
  ],
  denseFfn: ['intermediate_size_mlp', 'dense_intermediate_size'],
  denseLayers: ['first_k_dense_replace', 'moe_layer_start_index', 'num_hash_layers'],
  expertsEvery: ['decoder_sparse_step', 'interleave_moe_layer_step'],
  denseAt: ['mlp_only_layers'],
  expertsAt: ['moe_layers', 'moe_layers_enum'],
  mlpTypes: ['mlp_layer_types'],
  latentDim: ['moe_latent_size', 'routed_expert_hidden_size'],
  latentNorm: ['latent_moe_use_norm'],
  routerBias: ['use_moe_router_bias', 'use_routing_bias', 'moe_use_aux_free'],
  indexHeads: ['index_n_heads', 'sparse_attention_config.sparse_num_index_heads'],
  indexDim: ['index_head_dim', 'sparse_attention_config.sparse_index_dim'],
  picks: ['index_topk', 'picked_positions'],
  indexerTypes: ['indexer_types'],
  ratios: ['compress_ratios'],
  outputGroups: ['o_groups'],
  outputRank: ['o_lora_rank'],
  queryRank: ['q_lora_rank'],
  kvRank: ['kv_lora_rank'],
  nopeDim: ['qk_nope_head_dim'],
  ropeDim: ['qk_rope_head_dim'],
  valueDim: ['v_head_dim'],
  stateHeads: ['linear_num_value_heads', 'mamba_num_heads', 'mamba_n_heads', 'linear_attn_config.num_heads'],
  stateKeyHeads: ['linear_num_key_heads'],
  stateKeyDim: ['linear_key_head_dim', 'ssm_state_size', 'mamba_d_state', 'linear_attn_config.head_dim'],
  stateValueDim: ['linear_value_head_dim', 'mamba_head_dim', 'mamba_d_head'],
  stateGroups: ['n_groups', 'mamba_n_groups'],
  convolution: ['linear_conv_kernel_dim', 'conv_kernel', 'mamba_d_conv', 'linear_attn_config.short_conv_kernel_size'],
  convolutionBias: ['use_conv_bias', 'mamba_conv_bias'],
  stateBias: ['use_bias', 'mamba_proj_bias'],
  stateNorm: ['mamba_rms_norm'],
  stateFormat: ['mamba_ssm_cache_dtype', 'mamba_ssm_dtype'],
  fullRankGate: ['linear_attn_config.use_full_rank_gate'],
  outputGate: ['mla_use_output_gate'],
  residualBlock: ['attn_res_block_size'],
};

type Config = Readonly<Record<string, unknown>>;

interface ModelType {
  readonly architecture: known.Architecture;
  /** Values of fields whose keys are missing. */
  readonly defaults?: Fields;
  /** Values of keys that the config of a wrapper leaves out, since they are the defaults of transformers. */
  readonly wrapped?: Config;
  /** Keys in the words of `KEYS`, made of others that only this type has. */
  readonly derive?: (config: Config) => Config;
}

/** Shapes that wrappers' configs leave out. Source: huggingface/transformers 5.18.0, `configuration_<type>.py`. */
const shape = (
  layers: number,
  hidden: number,
  ffn: number,
  vocabulary: number,
  heads: number,
  kvHeads = heads,
): Config => ({
  ...{ num_hidden_layers: layers, hidden_size: hidden, intermediate_size: ffn, vocab_size: vocabulary },
  ...{ num_attention_heads: heads, num_key_value_heads: kvHeads },
});

const LLAMA: ModelType = { architecture: known.llama, wrapped: shape(32, 4096, 11_008, 32_000, 32) };

const QWEN2: ModelType = { architecture: known.qwen2, wrapped: shape(32, 4096, 22_016, 151_936, 32) };
const QWEN2_VL: ModelType = { architecture: known.qwen2, wrapped: shape(80, 8192, 29_568, 152_064, 64, 8) };

const QWEN3: ModelType = {
  architecture: known.qwen3,
  defaults: { headDim: 128 },
  wrapped: shape(32, 4096, 22_016, 151_936, 32),
};

const QWEN3_MOE: ModelType = { architecture: known.qwen3Moe };

const DELTA: Fields = { convolution: 4, stateKeyDim: 128, stateValueDim: 128, stateKeyHeads: 16, stateHeads: 32 };

const QWEN_NEXT: ModelType = { architecture: known.qwenNext, defaults: { headDim: 256, ...DELTA } };

const GEMMA3: ModelType = {
  architecture: known.gemma3,
  defaults: { tied: true, vocabulary: 262_208, queryHeads: 8, kvHeads: 4, headDim: 256, window: 4096 },
  wrapped: shape(26, 2304, 9216, 262_208, 8, 4),
};

const GEMMA3N: ModelType = {
  architecture: known.gemma3n,
  defaults: {
    ...{ tied: true, headDim: 256, window: 512, perLayerDim: 256, perLayerVocabulary: 262_144 },
    ...{ streams: 4, laurelRank: 64, sharedKvLayers: 15 },
  },
  wrapped: shape(35, 2048, 16_384, 262_400, 8, 2),
  derive: (config) => ({
    ...everyNth(config, 5, 'full_attention', 'sliding_attention'),
    ffn_of_layers: listOf(config, 'intermediate_size'),
  }),
};

const GEMMA4: ModelType = {
  architecture: known.gemma4,
  defaults: {
    ...{ tied: true, headDim: 256, fullHeadDim: 512, window: 512 },
    ...{ perLayerDim: 256, perLayerVocabulary: 262_144 },
  },
  wrapped: shape(30, 2304, 9216, 262_144, 8, 4),
  derive: (config) => {
    const { layer_types: types } = { ...everyNth(config, 6, 'full_attention', 'sliding_attention'), ...config };
    const withLast = Array.isArray(types) ? [...types.slice(0, -1), 'full_attention'] : types;
    return { layer_types: withLast, ...(config.enable_moe_block !== true && { num_experts: null }) };
  },
};

const DEEPSEEK_V3: ModelType = {
  architecture: known.deepseek,
  defaults: { routerBias: true },
  wrapped: {
    ...shape(61, 7168, 18_432, 129_280, 128),
    ...{ moe_intermediate_size: 2048, n_shared_experts: 1, n_routed_experts: 256, num_experts_per_tok: 8 },
    ...{ kv_lora_rank: 512, q_lora_rank: 1536, qk_rope_head_dim: 64, v_head_dim: 128, qk_nope_head_dim: 128 },
    first_k_dense_replace: 3,
  },
};

const SPARSE_DEEPSEEK: ModelType = {
  architecture: known.sparseDeepseek,
  defaults: { routerBias: true },
  derive: (config) => ({ ...sharedIndexers(config) }),
};

const DEEPSEEK_V4: ModelType = {
  architecture: known.deepseekV4,
  defaults: { sharedExperts: 1, denseLayers: 3 },
  derive: ratiosOfTypes,
};

const GLM4_MOE: ModelType = { architecture: known.glm4Moe, defaults: { denseLayers: 1 } };

const STEP3: ModelType = {
  architecture: known.step3,
  derive: (config) => ({
    ...cutTo(config, ['layer_types', 'mlp_layer_types']),
    ...(typeof config.moe_layers_enum === 'string' && {
      moe_layers_enum: config.moe_layers_enum.split(',').map(Number),
    }),
  }),
};

const MINIMAX_M3: ModelType = { architecture: known.minimaxM3, derive: sparseBlocks };

const KIMI_LINEAR: ModelType = {
  architecture: known.kimiLinear,
  defaults: { routerBias: true, denseLayers: 1, convolution: 4, stateHeads: 32, stateKeyDim: 128 },
  derive: kimiLayers,
};

/** Models by `model_type`; that of a wrapper's text without its ending `_text`. */
const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  llama: LLAMA,
  mistral: {
    architecture: known.llama,
    defaults: { window: 4096 },
    wrapped: shape(32, 4096, 14_336, 32_000, 32, 8),
  },
  mixtral: { architecture: known.llama, wrapped: { ...shape(32, 4096, 14_336, 32_000, 32, 8), num_local_experts: 8 } },
  phi3: { architecture: known.phi3, wrapped: shape(32, 3072, 8192, 32_064, 32) },
  qwen2: QWEN2,
  qwen3: QWEN3,
  qwen3_moe: QWEN3_MOE,
  gemma2: {
    architecture: known.gemma2,
    defaults: { tied: true, headDim: 256, window: 4096 },
    wrapped: shape(26, 2304, 9216, 256_000, 8, 4),
  },
  gemma3: GEMMA3,
  deepseek_v2: { architecture: known.deepseek },
  deepseek_v3: DEEPSEEK_V3,
  kimi_k2: DEEPSEEK_V3,
  ministral: { architecture: known.llama, defaults: { window: 4096 } },
  ministral3: { architecture: known.llama, wrapped: { ...shape(34, 4096, 14_336, 131_072, 32, 8), head_dim: 128 } },
  mistral4: { architecture: known.deepseek, defaults: { denseLayers: 0, sharedExperts: 1 } },
  qwen2_moe: { architecture: known.qwen2Moe },
  qwen2_vl: QWEN2_VL,
  qwen2_5_vl: QWEN2_VL,
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
      ...{ num_experts: 256, num_experts_per_tok: 8, moe_intermediate_size: 512, shared_expert_intermediate_size: 512 },
    },
  },
  gemma3n: GEMMA3N,
  gemma4: GEMMA4,
  llama4: {
    architecture: known.llama4,
    defaults: { headDim: 128, chunk: 8192, experts: 16, activeExperts: 1, expertsEvery: 1 },
    wrapped: { ...shape(48, 5120, 8192, 202_048, 40, 8), intermediate_size_mlp: 16_384 },
  },
  deepseek_v32: SPARSE_DEEPSEEK,
  glm_moe_dsa: SPARSE_DEEPSEEK,
  deepseek_v4: DEEPSEEK_V4,
  deepseek_ref: DEEPSEEK_V4,
  glm: { architecture: known.glm, defaults: { headDim: 128 } },
  glm4: { architecture: known.glm4, defaults: { headDim: 128 } },
  glm4v: { architecture: known.glm4, wrapped: shape(40, 4096, 13_696, 151_552, 32, 2) },
  glm4_moe: GLM4_MOE,
  glm4v_moe: { ...GLM4_MOE, wrapped: { ...shape(46, 4096, 10_944, 151_424, 96, 8), attention_bias: true } },
  glm4_moe_lite: { ...DEEPSEEK_V3, defaults: { routerBias: true, denseLayers: 1 } },
  solar_open: { architecture: known.glm4Moe, defaults: { denseLayers: 0, headDim: 128 } },
  minimax_m2: {
    architecture: known.minimaxM2,
    derive: ({ intermediate_size: ffn, moe_intermediate_size: own = ffn }) => ({ moe_intermediate_size: own }),
  },
  minimax_m3: MINIMAX_M3,
  minimax_m3_vl: MINIMAX_M3,
  mimo_v2_flash: { architecture: known.mimo, derive: mimoLayers },
  step3p5: STEP3,
  step3p7: STEP3,
  kimi_linear: KIMI_LINEAR,
  kimi_k3: KIMI_LINEAR,
  nemotron_h: { architecture: known.nemotronH, derive: nemotronLayers },
  'nemotron-nas': { architecture: known.nemotronNas, derive: nasLayers },
  falcon_h1: {
    architecture: known.falconH1,
    defaults: { stateNorm: false, convolutionBias: true },
    derive: (config) => mambaHeads(config, 'mamba_d_ssm'),
  },
  granite: LLAMA,
  granitemoe: LLAMA,
  granitemoehybrid: {
    architecture: known.graniteHybrid,
    defaults: { convolutionBias: true, stateNorm: true },
    derive: (config) => ({
      ...mambaHeads(config, 'mamba_d_ssm'),
      layer_types: config.layer_types ?? config.layers_block_type,
    }),
  },
  smollm3: {
    architecture: known.llama,
    defaults: { tied: true },
    derive: () => ({ sliding_window: null, layer_types: null }),
  },
  seed_oss: { architecture: known.llama },
  olmo2: { architecture: known.olmo2 },
  olmo3: { architecture: known.olmo2, defaults: { window: 4096 } },
  exaone4: { architecture: known.exaone4, defaults: { window: 4096 } },
  cohere: { architecture: known.cohere, defaults: { tied: true }, wrapped: shape(40, 8192, 22_528, 256_000, 64) },
  cohere2: {
    architecture: known.cohere,
    defaults: { tied: true, window: 4096 },
    wrapped: shape(40, 8192, 22_528, 256_000, 64),
  },
  ernie4_5: { architecture: known.llama, defaults: { headDim: 128, tied: true } },
  ernie4_5_moe: { architecture: known.ernieMoe, defaults: { sharedExperts: 2, tied: true } },
  gpt_oss: { architecture: known.gptOss, defaults: { headDim: 64, window: 128 } },
};

const listOf = (config: Config, key: string): unknown => {
  const [value, layers] = [config[key], config.num_hidden_layers];
  // The number of layers is checked when all fields are.
  const count = typeof layers === 'number' && layers >= 1 && layers <= MAX_LAYERS ? layers : 0;
  return Array.isArray(value) ? value : Array.from({ length: count }, () => value);
};

const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** The list of a number for each layer. Longer lists have entries of layers that predict further tokens. */
function cutTo(config: Config, keys: readonly string[]): Config {
  const layers = numberOr(config.num_hidden_layers, 0);
  const further = Math.max(numberOr(config.num_nextn_predict_layers, 0), numberOr(config.num_mtp_layers, 0), 1);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const list = config[key];
      const isLonger = Array.isArray(list) && list.length > layers && list.length <= layers + further;
      return isLonger ? [[key, list.slice(0, layers)]] : [];
    }),
  );
}

/** Kinds of layers where each `nth` is of another kind, unless the config lists them. */
function everyNth(config: Config, nth: number, kind: string, others: string): Config {
  if (isGiven(config.layer_types)) return {};
  const ones = listOf({ ...config, one: 1 }, 'one') as unknown[];
  return { layer_types: ones.map((_, layer) => ((layer + 1) % nth === 0 ? kind : others)) };
}

/** GLM-5.2's schedule of indexers: after `index_skip_topk_offset` layers, one in `index_topk_freq` has its own. */
function sharedIndexers(config: Config): Config {
  if (isGiven(config.indexer_types)) return {};
  const [frequency, offset] = [numberOr(config.index_topk_freq, 1), numberOr(config.index_skip_topk_offset, 2)];
  const pattern = config.index_topk_pattern;
  const ones = listOf({ ...config, one: 1 }, 'one') as unknown[];
  if (typeof pattern === 'string') {
    return { indexer_types: ones.map((_, layer) => (pattern[layer] === 'S' ? 'shared' : 'full')) };
  }
  const isFull = (layer: number): boolean => Math.max(layer - offset + 1, 0) % Math.max(frequency, 1) === 0;
  return { indexer_types: ones.map((_, layer) => (isFull(layer) ? 'full' : 'shared')) };
}

const RATIOS: Readonly<Record<string, number>> = {
  sliding_attention: 0,
  compressed_sparse_attention: 4,
  heavily_compressed_attention: 128,
};

function ratiosOfTypes(config: Config): Config {
  const { layer_types: types, compress_ratios: ratios } = config;
  if (!isGiven(ratios) && Array.isArray(types)) {
    return { compress_ratios: types.map((type) => RATIOS[String(type)] ?? null) };
  }
  return cutTo(config, ['compress_ratios']);
}

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

/** Kinds of MLPs out of a list of 1 for each layer with experts. */
const expertLayers = ({ moe_layer_freq: which }: Config): Config =>
  Array.isArray(which) ? { mlp_layer_types: which.map((is) => (is ? 'sparse' : 'dense')) } : {};

function mimoLayers(config: Config): Config {
  const pattern = config.hybrid_layer_pattern ?? config.hybrid_block_pattern;
  return {
    ...(Array.isArray(pattern) && {
      layer_types: pattern.map((slides) => (slides ? 'sliding_attention' : 'full_attention')),
    }),
    ...expertLayers(config),
  };
}

/** Layers of Kimi Linear, which the config counts from 1. */
function kimiLayers(config: Config): Config {
  const linear = OBJECT.safeParse(config.linear_attn_config);
  const full = linear.success ? linear.data.full_attn_layers : undefined;
  if (!Array.isArray(full)) return {};
  const at = new Set<unknown>(full);
  const ones = listOf({ ...config, one: 1 }, 'one') as unknown[];
  return { layer_types: ones.map((_, layer) => (at.has(layer + 1) ? 'full_attention' : 'linear_attention')) };
}

const PATTERN: Readonly<Record<string, string>> = { M: 'mamba', '*': 'attention', '-': 'mlp', E: 'moe' };
const ALIASES: Readonly<Record<string, string>> = { full_attention: 'attention', linear_attention: 'mamba' };

function nemotronLayers(config: Config): Config {
  const { hybrid_override_pattern: pattern, layers_block_type: types = config.layer_types } = config;
  const list =
    typeof pattern === 'string'
      ? [...pattern.slice(0, MAX_LAYERS + 1)].map((letter) => PATTERN[letter] ?? letter)
      : Array.isArray(types)
        ? types.map((type) => ALIASES[String(type)] ?? type)
        : undefined;
  // The list counts: the number of layers is there for old programs.
  return list === undefined ? {} : { layer_types: list, num_hidden_layers: list.length };
}

/** The number of heads or their width, where the config leaves one of them to the expansion. */
function mambaHeads(config: Config, key: string): Config {
  const inner = numberOr(config[key], numberOr(config.mamba_expand, 2) * numberOr(config.hidden_size, 0));
  const heads = numberOr(config.mamba_n_heads, 128);
  const types = config.layer_types;
  return {
    mamba_d_head: typeof config.mamba_d_head === 'number' ? config.mamba_d_head : Math.floor(inner / heads),
    ...(Array.isArray(types) && { layer_types: types.map((type) => ALIASES[String(type)] ?? type) }),
  };
}

/** Heads and widths of the layers of nemotron-nas. Source: its `modeling_decilm.py`, `_ffn_mult_to_intermediate_size`. */
function nasLayers(config: Config): Config {
  const blocks = config.block_configs;
  if (!Array.isArray(blocks) || blocks.length > MAX_LAYERS) return {};
  const [heads, hidden] = [numberOr(config.num_attention_heads, 0), numberOr(config.hidden_size, 0)];
  const part = (block: unknown, name: string): Config => {
    const own = OBJECT.safeParse(OBJECT.safeParse(block).data?.[name]);
    return own.success ? own.data : {};
  };
  const kvHeads = (of: Config): unknown => {
    if (of.no_op === true) return 0;
    if (of.replace_with_linear === true) return LINEAR;
    return of.num_key_value_heads ?? (typeof of.n_heads_in_group === 'number' ? heads / of.n_heads_in_group : null);
  };
  const width = (of: Config): unknown => {
    if (of.no_op === true) return 0;
    if (of.replace_with_linear === true) return LINEAR;
    const ffn = Math.floor((2 * numberOr(of.ffn_mult, 0) * hidden) / 3);
    return of.intermediate_size ?? (of.ffn_mult === undefined ? null : Math.ceil(ffn / 256) * 256);
  };
  return {
    num_key_value_heads: null,
    kv_heads_of_layers: blocks.map((block) => kvHeads(part(block, 'attention'))),
    ffn_of_layers: blocks.map((block) => width(part(block, 'ffn'))),
  };
}

const OBJECT = z.record(z.string(), z.unknown());

/** Keys under which wrappers of vision and audio models have the config of the part that decodes text. */
const TEXT_KEYS = ['text_config', 'llm_config', 'language_config', 'thinker_config'] as const;

/** The part of a config that decodes text, with what a wrapper says of it. */
interface TextConfig {
  readonly config: Config;
  readonly modelType: unknown;
  /** Path of the key `model_type`, for errors. */
  readonly key: string;
  readonly isWrapped: boolean;
}

function textOf(whole: Config, outer: Config = {}, path = ''): TextConfig {
  for (const key of TEXT_KEYS) {
    const inner = OBJECT.safeParse(whole[key]);
    if (inner.success && path.length < 40) {
      return textOf(inner.data, { ...outer, ...whole }, `${path}${key}.`);
    }
  }
  const tied = whole.tie_word_embeddings ?? outer.tie_word_embeddings;
  const own = whole.model_type;
  return {
    config: { ...whole, ...(tied !== undefined && { tie_word_embeddings: tied }) },
    modelType: own ?? outer.model_type,
    key: `${own === undefined ? '' : path}model_type`,
    isWrapped: path !== '',
  };
}

/** The model type without the ending that says that it is a wrapper's text. */
const withoutText = (type: unknown): unknown => (typeof type === 'string' ? type.replace(/_text$/, '') : type);

/**
 * The model that a config describes. For a model with vision, it is the part that decodes text.
 * @throws ModelFileError for an unknown architecture, and for keys that are missing or wrong
 */
export function modelOfConfig(json: unknown, about: Pick<Model, 'id' | 'source'>): Model {
  const whole = OBJECT.safeParse(json);
  if (!whole.success) throw new ModelFileError(`must be a JSON object; got ${quoted(json)}`);
  const { config: said, modelType, key, isWrapped } = textOf(whole.data);
  const name = withoutText(modelType);
  const type = architectureOf(
    MODEL_TYPES,
    typeof name === 'string' && Object.hasOwn(MODEL_TYPES, name) ? name : modelType,
    key,
  );
  const { architecture, defaults = {}, wrapped = {}, derive } = type;
  const filled = isWrapped ? { ...wrapped, ...said } : said;
  const config = { ...filled, ...derive?.(filled) };
  refuseUnknown(config);
  const valueAt = (path: string): unknown => {
    const [first = '', second] = path.split('.');
    if (second === undefined) return config[first];
    const inner = OBJECT.safeParse(config[first]);
    return inner.success ? inner.data[second] : undefined;
  };
  const given = Object.fromEntries(
    Object.entries(KEYS).map(([field, keys]) => [field, keys.map(valueAt).find(isGiven)]),
  );
  // A key with null means none: no window, no rank. Only a missing key means the default.
  const isLeftOut = (field: string): boolean =>
    (KEYS[field as FieldName] ?? []).every((path) => valueAt(path) === undefined);
  const assumed = Object.fromEntries(Object.entries(defaults).filter(([field]) => isLeftOut(field)));
  const keyOf = (field: FieldName): string => KEYS[field]?.[0] ?? field;
  const fields = { ...assumed, ...parseFields(given, keyOf) };
  return modelFrom({ ...about, name: `${String(modelType)} model of ${about.id}` }, architecture, fields, keyOf);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Refuses keys with values that change the shape in unsupported ways. */
function refuseUnknown(config: Config): void {
  const every = config.moe_layer_freq;
  if (isGiven(every) && every !== 1 && !Array.isArray(every)) {
    throw new ModelFileError(`moe_layer_freq must be 1; got ${quoted(every)}`);
  }
}

/** Bounds of a config. Real ones have a few kB, or some hundred where they name each module that is quantised. */
const BOUNDS = { maxBytes: 4_000_000, maxDepth: 32, maxValues: 100_000 };

/** Reads a config file. `why` says what a missing config is needed for. @throws ModelFileError */
export const readConfig = (files: Files, name: string, why = ''): Promise<Model> =>
  ofFile(name, async () => modelOfConfig(await jsonOf(files, name, why), { id: name, source: name }));

const jsonOf = async (files: Files, name: string, why: string): Promise<unknown> =>
  readJson(await opened(files, name, why), BOUNDS);

/** What modelopt writes beside a config of its own. */
const BESIDE = 'hf_quant_config.json';

/** Reads a config file, with the weights as it or the file beside it says they are quantised. @throws ModelFileError */
export const readConfigFile = (
  files: Files,
  name: string,
): Promise<{ readonly model: Model; readonly weights?: StoredWeights; readonly quantisation?: string }> =>
  ofFile(name, async () => {
    const json = await jsonOf(files, name, '');
    const model = modelOfConfig(json, { id: name, source: name });
    const beside = name === 'config.json' ? await files.open(BESIDE) : undefined;
    const quantised = weightsOfConfig(model, json, beside && (await ofFile(BESIDE, () => readJson(beside, BOUNDS))));
    if (!quantised) return { model };
    const { tensors, quantisation } = quantised;
    return { model, weights: { tensors, unread: { tensors: 0, bytes: 0 } }, quantisation };
  });
