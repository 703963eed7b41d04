import { describe, expect, test } from 'vitest';
import { filesOf } from '../../../tests/support/models/model-files.ts';
import { kvBytesRead, parameters } from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { deepseek_v3 } from '../models/presets/deepseek-v3.ts';
import { gptOss_20b } from '../models/presets/gpt-oss-20b.ts';
import { kimi_k2 } from '../models/presets/kimi-k2.ts';
import { llama31_8b } from '../models/presets/llama-3.1-8b.ts';
import { mixtral_8x7b } from '../models/presets/mixtral-8x7b.ts';
import { qwen3_06b } from '../models/presets/qwen3-0.6b.ts';
import { qwen3_30b_a3b } from '../models/presets/qwen3-30b-a3b.ts';
import { tensorsOf } from '../models/tensors.ts';
import { readModel } from './read-model.ts';
import { ModelFileError } from './source.ts';

const read = async (config: unknown): Promise<Model> =>
  (await readModel(filesOf({ 'config.json': JSON.stringify(config) }), 'config.json')).model;

/** The keys on shapes of the models' public configs on the Hugging Face hub. */
const LLAMA_31_8B = {
  architectures: ['LlamaForCausalLM'],
  attention_bias: false,
  hidden_size: 4096,
  intermediate_size: 14336,
  mlp_bias: false,
  model_type: 'llama',
  num_attention_heads: 32,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  rope_scaling: { factor: 8.0, rope_type: 'llama3' },
  tie_word_embeddings: false,
  torch_dtype: 'bfloat16',
  vocab_size: 128256,
};

const MIXTRAL_8X7B = {
  hidden_size: 4096,
  intermediate_size: 14336,
  model_type: 'mixtral',
  num_attention_heads: 32,
  num_experts_per_tok: 2,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  num_local_experts: 8,
  sliding_window: null,
  tie_word_embeddings: false,
  vocab_size: 32000,
};

const QWEN3_06B = {
  attention_bias: false,
  head_dim: 128,
  hidden_size: 1024,
  intermediate_size: 3072,
  max_window_layers: 28,
  model_type: 'qwen3',
  num_attention_heads: 16,
  num_hidden_layers: 28,
  num_key_value_heads: 8,
  sliding_window: null,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const QWEN3_30B_A3B = {
  attention_bias: false,
  decoder_sparse_step: 1,
  head_dim: 128,
  hidden_size: 2048,
  intermediate_size: 6144,
  max_window_layers: 48,
  mlp_only_layers: [],
  model_type: 'qwen3_moe',
  moe_intermediate_size: 768,
  num_attention_heads: 32,
  num_experts: 128,
  num_experts_per_tok: 8,
  num_hidden_layers: 48,
  num_key_value_heads: 4,
  sliding_window: null,
  tie_word_embeddings: false,
  use_sliding_window: false,
  vocab_size: 151936,
};

const DEEPSEEK_V3 = {
  attention_bias: false,
  first_k_dense_replace: 3,
  hidden_size: 7168,
  intermediate_size: 18432,
  kv_lora_rank: 512,
  model_type: 'deepseek_v3',
  moe_intermediate_size: 2048,
  moe_layer_freq: 1,
  n_group: 8,
  n_routed_experts: 256,
  n_shared_experts: 1,
  num_attention_heads: 128,
  num_experts_per_tok: 8,
  num_hidden_layers: 61,
  num_key_value_heads: 128,
  num_nextn_predict_layers: 1,
  q_lora_rank: 1536,
  qk_nope_head_dim: 128,
  qk_rope_head_dim: 64,
  quantization_config: { fmt: 'e4m3', quant_method: 'fp8', weight_block_size: [128, 128] },
  tie_word_embeddings: false,
  v_head_dim: 128,
  vocab_size: 129280,
};

const KIMI_K2 = {
  ...DEEPSEEK_V3,
  architectures: ['DeepseekV3ForCausalLM'],
  first_k_dense_replace: 1,
  model_type: 'kimi_k2',
  n_routed_experts: 384,
  num_attention_heads: 64,
  num_key_value_heads: 64,
  num_nextn_predict_layers: 0,
  vocab_size: 163840,
};

const GPT_OSS_20B = {
  attention_bias: true,
  experts_per_token: 4,
  head_dim: 64,
  hidden_size: 2880,
  intermediate_size: 2880,
  layer_types: Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 'sliding_attention' : 'full_attention')),
  model_type: 'gpt_oss',
  num_attention_heads: 64,
  num_experts_per_tok: 4,
  num_hidden_layers: 24,
  num_key_value_heads: 8,
  num_local_experts: 32,
  sliding_window: 128,
  tie_word_embeddings: false,
  vocab_size: 201088,
};

describe('a config gives the shapes of the preset', () => {
  test.each<[Model, object]>([
    [llama31_8b, LLAMA_31_8B],
    [mixtral_8x7b, MIXTRAL_8X7B],
    [qwen3_06b, QWEN3_06B],
    [qwen3_30b_a3b, QWEN3_30B_A3B],
    [deepseek_v3, DEEPSEEK_V3],
    [kimi_k2, KIMI_K2],
    [gptOss_20b, GPT_OSS_20B],
  ])('$name', async (preset, config) => {
    const model = await read(config);
    expect(tensorsOf(model)).toEqual(tensorsOf(preset));
    for (const context of [1, 1000, 100_000]) {
      expect(kvBytesRead(model, context, 'f16')).toBe(kvBytesRead(preset, context, 'f16'));
    }
  });
});

const MISTRAL_7B = { ...LLAMA_31_8B, model_type: 'mistral', vocab_size: 32000 };

const GEMMA_2_2B = {
  head_dim: 256,
  hidden_size: 2304,
  intermediate_size: 9216,
  model_type: 'gemma2',
  num_attention_heads: 8,
  num_hidden_layers: 26,
  num_key_value_heads: 4,
  sliding_window: 4096,
  vocab_size: 256000,
};

const GEMMA_3_1B = {
  head_dim: 256,
  hidden_size: 1152,
  intermediate_size: 6912,
  model_type: 'gemma3_text',
  num_attention_heads: 4,
  num_hidden_layers: 26,
  num_key_value_heads: 1,
  sliding_window: 512,
  sliding_window_pattern: 6,
  vocab_size: 262144,
};

const QWEN25_05B = {
  hidden_size: 896,
  intermediate_size: 4864,
  max_window_layers: 21,
  model_type: 'qwen2',
  num_attention_heads: 14,
  num_hidden_layers: 24,
  num_key_value_heads: 2,
  sliding_window: 32768,
  tie_word_embeddings: true,
  use_sliding_window: false,
  vocab_size: 151936,
};

const PHI_4_MINI = {
  hidden_size: 3072,
  intermediate_size: 8192,
  model_type: 'phi3',
  num_attention_heads: 24,
  num_hidden_layers: 32,
  num_key_value_heads: 8,
  sliding_window: 262144,
  tie_word_embeddings: true,
  vocab_size: 200064,
};

const DEEPSEEK_V2_LITE = {
  ...DEEPSEEK_V3,
  first_k_dense_replace: 1,
  hidden_size: 2048,
  intermediate_size: 10944,
  model_type: 'deepseek_v2',
  moe_intermediate_size: 1408,
  n_routed_experts: 64,
  n_shared_experts: 2,
  num_attention_heads: 16,
  num_experts_per_tok: 6,
  num_hidden_layers: 27,
  q_lora_rank: null,
  vocab_size: 102400,
};

describe('architectures without a preset', () => {
  // Source of the counts: `safetensors.total` of the Hugging Face model API.
  test.each<[string, object, number]>([
    ['google/gemma-2-2b', GEMMA_2_2B, 2_614_341_888],
    ['google/gemma-3-1b-it', GEMMA_3_1B, 999_885_952],
    ['Qwen/Qwen2.5-0.5B', QWEN25_05B, 494_032_768],
    ['microsoft/Phi-4-mini-instruct', PHI_4_MINI, 3_836_021_760],
    ['deepseek-ai/DeepSeek-V2-Lite', DEEPSEEK_V2_LITE, 15_706_484_224],
  ])('%s has as many parameters as published', async (_, config, count) => {
    expect(parameters(await read(config))).toBe(count);
  });

  test('the language model of a model with vision is in its text_config, which leaves out defaults', async () => {
    // Gemma 3 4B, with the heads of transformers' Gemma3TextConfig. Its parameters without vision and embedding are
    // from
    // arXiv 2503.19786, table 1.
    const text_config = { hidden_size: 2560, intermediate_size: 10240, num_hidden_layers: 34, sliding_window: 1024 };
    const model = await read({ model_type: 'gemma3', text_config, vision_config: { hidden_size: 1152 } });
    const embedding = 262_208 * 2560;
    expect((parameters(model) - embedding) / 1e6).toBeCloseTo(3209, 0);
    expect(model.layers.map(({ attention: a }) => a.kind === 'grouped' && a.window).slice(0, 7)).toEqual([
      ...Array.from({ length: 5 }, () => 1024),
      undefined,
      1024,
    ]);
  });

  // LLaVA 1.5 7B and Mistral Small 3.1 24B: their own parameters without vision. Kimi K2.5 is Kimi K2.
  test.each<[string, object, number]>([
    ['llava', { model_type: 'llama', vocab_size: 32064 }, 6_738_939_904],
    [
      'mistral3',
      {
        ...{ model_type: 'mistral', head_dim: 128, hidden_size: 5120, intermediate_size: 32768, vocab_size: 131072 },
        ...{ num_attention_heads: 32, num_hidden_layers: 40, num_key_value_heads: 8, sliding_window: null },
      },
      23_572_403_200,
    ],
    ['kimi_k25', { ...KIMI_K2, model_type: 'kimi_k2' }, 1_026_408_232_448],
    ['a wrapper that nobody knows', QWEN3_06B, 596_049_920],
  ])('a wrapper of type %s is opened', async (model_type, text_config, count) => {
    expect(parameters(await read({ model_type, text_config, vision_config: {} }))).toBe(count);
  });

  test('a wrapper’s key for a tied embedding counts where its text has none', async () => {
    const { tie_word_embeddings: _, ...text_config } = QWEN3_06B;
    const tied = await read({ model_type: 'qwen3_vl', text_config, tie_word_embeddings: true });
    const untied = await read({ model_type: 'qwen3_vl', text_config, tie_word_embeddings: false });
    expect(parameters(untied) - parameters(tied)).toBe(151_936 * 1024);
  });

  test('a wrapper’s unknown text is refused by its own key', async () => {
    await expect(read({ model_type: 'llava', text_config: { model_type: 'opt' } })).rejects.toThrow(
      /text_config\.model_type must be one of llama, .*; got "opt"$/,
    );
  });

  test.each<[string, object, (layer: number) => boolean]>([
    ['Mistral without the key has the default window', MISTRAL_7B, () => true],
    ['Mistral with null has none', { ...MISTRAL_7B, sliding_window: null }, () => false],
    ['every other layer of Gemma 2 has one', GEMMA_2_2B, (layer) => layer % 2 === 0],
    ['Qwen2 that does not use it has none', QWEN25_05B, () => false],
    [
      'Qwen2 that uses it has it from max_window_layers on',
      { ...QWEN25_05B, use_sliding_window: true },
      (layer) => layer >= 21,
    ],
    [
      'layer_types decide where they are given',
      {
        ...QWEN25_05B,
        layer_types: Array.from({ length: 24 }, (_, i) => (i < 3 ? 'sliding_attention' : 'full_attention')),
      },
      (layer) => layer < 3,
    ],
  ])('windows: %s', async (_, config, slides) => {
    const { layers } = await read(config);
    for (const [layer, { attention }] of layers.entries()) {
      expect(attention.kind === 'grouped' && attention.window !== undefined).toBe(slides(layer));
    }
  });

  test('dense layers may lie between layers with experts', async () => {
    const { layers } = await read({ ...QWEN3_30B_A3B, decoder_sparse_step: 2, mlp_only_layers: [3] });
    expect(layers.slice(0, 6).map(({ mlp }) => mlp.kind)).toEqual([
      'dense',
      'experts',
      'dense',
      'dense',
      'dense',
      'experts',
    ]);
  });
});

describe('the error of a bad config is one line with its name and what is wrong', () => {
  const { hidden_size: _, vocab_size: __, ...bare } = LLAMA_31_8B;
  test.each<[string, unknown, RegExp]>([
    [
      'no JSON',
      'model: llama\nlayers: 3',
      /must be JSON: at line 1, column 1 there is "model: lla" in place of a value$/,
    ],
    ['no object', [1], /must be a JSON object; got \[1\]/],
    ['no architecture', {}, /model_type must be one of llama, mistral, .*gpt_oss; got nothing/],
    ['an unknown one', { ...LLAMA_31_8B, model_type: 'mamba' }, /model_type must be one of .*; got "mamba"/],
    [
      'the name of a property that every object has',
      { ...LLAMA_31_8B, model_type: 'constructor' },
      /got "constructor"/,
    ],
    ['missing keys', bare, /lacks hidden_size, vocab_size$/],
    [
      'text in place of a number',
      { ...LLAMA_31_8B, hidden_size: '4096' },
      /hidden_size must be a whole number from 1 to 2147483647; got "4096"/,
    ],
    [
      'two wrong keys',
      { ...LLAMA_31_8B, hidden_size: 0, tie_word_embeddings: 1 },
      /hidden_size must .* got 0; tie_word_embeddings must be true or false; got 1/,
    ],
    [
      'a fraction',
      { ...LLAMA_31_8B, num_hidden_layers: 1.5 },
      /num_hidden_layers must be a whole number from 1 to 500; got 1\.5/,
    ],
    ['too many layers', { ...LLAMA_31_8B, num_hidden_layers: 1e9 }, /num_hidden_layers must be/],
    [
      'heads that do not divide',
      { ...LLAMA_31_8B, num_attention_heads: 33 },
      /num_attention_heads must divide hidden_size where head_dim is not given; got 33 and 4096/,
    ],
    [
      'uneven groups',
      { ...LLAMA_31_8B, num_key_value_heads: 5 },
      /num_key_value_heads must divide num_attention_heads; got 5 and 32/,
    ],
    [
      'more active experts than there are',
      { ...MIXTRAL_8X7B, num_experts_per_tok: 9 },
      /num_experts_per_tok must not exceed num_local_experts; got 9 and 8/,
    ],
    [
      'another kind of attention',
      { ...GPT_OSS_20B, layer_types: ['linear_attention'] },
      /layer_types\[0\] must be full_attention or sliding_attention; got "linear_attention"/,
    ],
    [
      'layer types for fewer layers',
      { ...GPT_OSS_20B, layer_types: ['full_attention'] },
      /layer_types must name 24 layers; it names 1/,
    ],
    ['a missing size of the window', { ...GPT_OSS_20B, sliding_window: null }, /lacks sliding_window/],
    ['experts in some layers only', { ...DEEPSEEK_V3, moe_layer_freq: 2 }, /moe_layer_freq must be 1; got 2/],
    ['MLA with biases', { ...DEEPSEEK_V3, attention_bias: true }, /attention_bias must be false with MLA; got true/],
    [
      'shapes beyond any machine',
      { ...LLAMA_31_8B, hidden_size: 2 ** 30, vocab_size: 2 ** 30 },
      /its shapes must make at most 2\^50 parameters; they make \d/,
    ],
  ])('%s', async (_, config, message) => {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    const error = await readModel(filesOf({ 'config.json': text }), 'config.json').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelFileError);
    expect((error as ModelFileError).message).toMatch(message);
    expect((error as ModelFileError).message).toMatch(/^config\.json: [^\n]*$/);
  });

  test('a file that is empty, missing or not a model is refused', async () => {
    const files = filesOf({ 'config.json': '', 'model.bin': 'x' });
    await expect(readModel(files, 'config.json')).rejects.toThrow('config.json: is empty');
    await expect(readModel(files, 'other.json')).rejects.toThrow('other.json: is not there');
    await expect(readModel(files, 'model.bin')).rejects.toThrow(
      'model.bin: must be a config.json, .gguf, .safetensors',
    );
  });
});

test('a value that is repeated for each layer is one, a window of 0 is none, and NaN stands for nothing', async () => {
  const text = JSON.stringify({ ...LLAMA_31_8B, num_key_value_heads: Array(32).fill(8), sliding_window: 0 });
  const odd = `\ufeff${text.slice(0, -1)}, "time_step_limit": [0.0, Infinity], "x": NaN}`;
  const { model } = await readModel(filesOf({ 'config.json': odd }), 'config.json');
  expect(parameters(model)).toBe(parameters(llama31_8b));
  expect(kvBytesRead(model, 8192, 'f16')).toBe(kvBytesRead(llama31_8b, 8192, 'f16'));
  await expect(read({ ...LLAMA_31_8B, num_key_value_heads: [8, 4] })).rejects.toThrow('got [8,4]');
  const word = text.replace('4096', 'Infinity');
  await expect(readModel(filesOf({ 'config.json': word }), 'config.json')).rejects.toThrow(
    /hidden_size must be .*; got ∞/,
  );
});
