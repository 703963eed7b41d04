/**
 * `config.json`, which model hubs keep beside the weights. Its keys and their defaults are those of
 * huggingface/transformers (`models/<type>/configuration_<type>.py`).
 */

import { z } from 'zod';
import { quoted } from '../../../results/shown.ts';
import type { Model } from '../models/model.ts';
import {
  type Architecture,
  architectureOf,
  deepseek,
  gemma2,
  gemma3,
  gptOss,
  llama,
  modelFrom,
  qwen2,
  qwen3,
  qwen3Moe,
} from './architectures.ts';
import { type FieldName, type Fields, parseFields } from './fields.ts';
import { type Files, ModelFileError, ofFile, opened, readJson } from './source.ts';

/** The keys of each field, of which the first that is present counts. */
const KEYS: Readonly<Record<FieldName, readonly string[]>> = {
  layers: ['num_hidden_layers'],
  hidden: ['hidden_size'],
  vocabulary: ['vocab_size'],
  tied: ['tie_word_embeddings'],
  queryHeads: ['num_attention_heads'],
  kvHeads: ['num_key_value_heads'],
  headDim: ['head_dim'],
  qkvBias: ['attention_bias'],
  outputBias: ['attention_bias'],
  ffn: ['intermediate_size'],
  mlpBias: ['mlp_bias'],
  window: ['sliding_window'],
  slides: ['use_sliding_window'],
  layersBeforeWindow: ['max_window_layers'],
  globalEvery: ['sliding_window_pattern', '_sliding_window_pattern'],
  layerTypes: ['layer_types'],
  experts: ['num_local_experts', 'num_experts', 'n_routed_experts'],
  activeExperts: ['num_experts_per_tok', 'experts_per_token'],
  expertFfn: ['moe_intermediate_size'],
  sharedExperts: ['n_shared_experts'],
  denseLayers: ['first_k_dense_replace'],
  expertsEvery: ['decoder_sparse_step'],
  denseAt: ['mlp_only_layers'],
  /** The modelling code decides it, so it has no key. */
  routerBias: [],
  queryRank: ['q_lora_rank'],
  kvRank: ['kv_lora_rank'],
  nopeDim: ['qk_nope_head_dim'],
  ropeDim: ['qk_rope_head_dim'],
  valueDim: ['v_head_dim'],
};

interface ModelType {
  readonly architecture: Architecture;
  /** Values of fields whose keys are missing. */
  readonly defaults?: Fields;
}

const GEMMA3: ModelType = {
  architecture: gemma3,
  defaults: { tied: true, vocabulary: 262_208, queryHeads: 8, kvHeads: 4, headDim: 256, window: 4096 },
};

const DEEPSEEK_V3: ModelType = { architecture: deepseek, defaults: { routerBias: true } };

const MODEL_TYPES: Readonly<Record<string, ModelType>> = {
  llama: { architecture: llama },
  mistral: { architecture: llama, defaults: { window: 4096 } },
  mixtral: { architecture: llama },
  phi3: { architecture: llama },
  qwen2: { architecture: qwen2 },
  qwen3: { architecture: qwen3, defaults: { headDim: 128 } },
  qwen3_moe: { architecture: qwen3Moe },
  gemma2: { architecture: gemma2, defaults: { tied: true, headDim: 256, window: 4096 } },
  gemma3: GEMMA3,
  gemma3_text: GEMMA3,
  deepseek_v2: { architecture: deepseek },
  deepseek_v3: DEEPSEEK_V3,
  kimi_k2: DEEPSEEK_V3,
  gpt_oss: { architecture: gptOss, defaults: { headDim: 64, window: 128 } },
};

const OBJECT = z.record(z.string(), z.unknown());

/**
 * The model that a config describes. For a model with vision, it is the part that decodes text.
 * @throws ModelFileError for an unknown architecture, and for keys that are missing or wrong
 */
export function modelOfConfig(json: unknown, about: Pick<Model, 'id' | 'source'>): Model {
  const whole = OBJECT.safeParse(json);
  if (!whole.success) throw new ModelFileError(`must be a JSON object; got ${quoted(json)}`);
  const modelType = whole.data.model_type;
  const { architecture, defaults = {} } = architectureOf(MODEL_TYPES, modelType, 'model_type');
  const text = OBJECT.safeParse(whole.data.text_config);
  const config = text.success ? text.data : whole.data;
  refuseUnknown(config);
  const given = Object.fromEntries(
    Object.entries(KEYS).map(([field, keys]) => [field, keys.map((key) => config[key]).find(isGiven)]),
  );
  // A key with null means none: no window, no rank. Only a missing key means the default.
  const isLeftOut = (field: string): boolean =>
    (KEYS[field as FieldName] ?? []).every((key) => !Object.hasOwn(config, key));
  const assumed = Object.fromEntries(Object.entries(defaults).filter(([field]) => isLeftOut(field)));
  const keyOf = (field: FieldName): string => KEYS[field][0] ?? field;
  const fields = { ...assumed, ...parseFields(given, keyOf) };
  return modelFrom({ ...about, name: `${String(modelType)} model of ${about.id}` }, architecture, fields, keyOf);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Refuses keys with values that change the shape in unsupported ways. */
function refuseUnknown(config: Readonly<Record<string, unknown>>): void {
  const every = config.moe_layer_freq;
  if (isGiven(every) && every !== 1) throw new ModelFileError(`moe_layer_freq must be 1; got ${quoted(every)}`);
}

/** Bounds of a config. Real ones have a few kB, or some hundred where they name each module that is quantised. */
const BOUNDS = { maxBytes: 4_000_000, maxDepth: 32, maxValues: 100_000 };

/** Reads a config file. `why` says what a missing config is needed for. @throws ModelFileError */
export const readConfig = (files: Files, name: string, why = ''): Promise<Model> =>
  ofFile(name, async () => {
    const json = await readJson(await opened(files, name, why), BOUNDS);
    return modelOfConfig(json, { id: name, source: name });
  });
