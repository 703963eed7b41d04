/**
 * `config.json`, which model hubs keep beside the weights. Its keys and their defaults are those of
 * huggingface/transformers (`models/<type>/configuration_<type>.py`).
 */

import { quoted } from '../../../results/text/shown.ts';
import type { Model } from '../models/model.ts';
import { architectureOf, modelFrom } from './families/architecture.ts';
import { MODEL_TYPES } from './families/index.ts';
import { type Config, isGiven, OBJECT } from './families/keys.ts';
import { type FieldName, parseFields } from './fields.ts';
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
    ...['no_rope_layer_interval', 'layer_switch', 'global_attn_every_n_layers'],
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
  headsOf: ['num_attention_heads_per_layer'],
  headBias: ['lm_head_bias'],
  gateOfValues: ['gates_values'],
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
    ...['top_k_experts', 'moe_top_k', 'moe_k', 'moe_topk'],
  ],
  expertFfn: ['moe_intermediate_size'],
  sharedExperts: ['n_shared_experts', 'num_shared_experts', 'moe_num_shared_experts'],
  sharedFfn: [
    ...['shared_expert_intermediate_size', 'moe_shared_expert_intermediate_size', 'share_expert_dim'],
    ...['shared_intermediate_size'],
  ],
  denseFfn: ['intermediate_size_mlp', 'dense_intermediate_size', 'prefix_dense_intermediate_size'],
  denseLayers: ['first_k_dense_replace', 'moe_layer_start_index', 'num_hash_layers', 'num_dense_layers'],
  expertsEvery: ['decoder_sparse_step', 'interleave_moe_layer_step'],
  denseAt: ['mlp_only_layers'],
  expertsAt: ['moe_layers', 'moe_layers_enum'],
  mlpTypes: ['mlp_layer_types'],
  latentDim: ['moe_latent_size', 'routed_expert_hidden_size'],
  latentNorm: ['latent_moe_use_norm'],
  routerBias: ['use_moe_router_bias', 'use_routing_bias', 'moe_use_aux_free', 'use_expert_bias'],
  indexHeads: ['index_n_heads', 'sparse_attention_config.sparse_num_index_heads'],
  indexDim: ['index_head_dim', 'sparse_attention_config.sparse_index_dim'],
  picks: ['index_topk', 'picked_positions'],
  indexerTypes: ['indexer_types'],
  ratios: ['compress_ratios'],
  outputGroups: ['o_groups'],
  outputRank: ['o_lora_rank'],
  queryRank: ['q_lora_rank', 'share_q_dim'],
  kvRank: ['kv_lora_rank'],
  nopeDim: ['qk_nope_head_dim'],
  ropeDim: ['qk_rope_head_dim'],
  valueDim: ['v_head_dim'],
  stateHeads: ['linear_num_value_heads', 'mamba_num_heads', 'mamba_n_heads', 'linear_attn_config.num_heads'],
  stateKeyHeads: ['linear_num_key_heads'],
  stateKeyDim: ['linear_key_head_dim', 'ssm_state_size', 'mamba_d_state', 'linear_attn_config.head_dim'],
  stateValueDim: ['linear_value_head_dim', 'mamba_head_dim', 'mamba_d_head'],
  stateGroups: ['n_groups', 'mamba_n_groups'],
  convolution: [
    ...['linear_conv_kernel_dim', 'conv_kernel', 'mamba_d_conv', 'linear_attn_config.short_conv_kernel_size'],
    'conv_L_cache',
  ],
  convolutionBias: ['use_conv_bias', 'mamba_conv_bias', 'conv_bias'],
  stateRank: ['mamba_dt_rank'],
  stateExpand: ['mamba_expand'],
  stateBias: ['use_bias', 'mamba_proj_bias'],
  stateNorm: ['mamba_rms_norm'],
  stateFormat: ['mamba_ssm_cache_dtype', 'mamba_ssm_dtype'],
  fullRankGate: ['linear_attn_config.use_full_rank_gate'],
  outputGate: ['mla_use_output_gate'],
  residualBlock: ['attn_res_block_size'],
};

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

/** Refuses keys with values that change the shape in unsupported ways. */
function refuseUnknown(config: Config): void {
  const every = config.moe_layer_freq;
  if (isGiven(every) && every !== 1 && !Array.isArray(every)) {
    throw new ModelFileError(`moe_layer_freq must be 1; got ${quoted(every)}`);
  }
  if (config.use_cla === true) {
    throw new ModelFileError('use_cla must be false: how layers share a cache is not known of this type; got true');
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
