/**
 * Configs with the published shapes of further models, and how many parameters huggingface/transformers 5.18.0 makes of
 * them on PyTorch's meta device, with the biases of routers, which are buffers there.
 */

import { describe, expect, test } from 'vitest';
import further from '../../../tests/support/models/further-configs.json' with { type: 'json' };
import { activeParameters, kvBytesHeld, parameters, stateBytesHeld } from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { modelOfConfig } from './config.ts';

const modelOf = (json: unknown): Model => modelOfConfig(json, { id: 'x', source: 'x' });
const configOf = (name: string): unknown => further.find((one) => one.name === name)?.config;

describe('configs of further models', () => {
  test('have as many parameters as transformers makes of them', () => {
    const found = Object.fromEntries(further.map(({ name, config }) => [name, parameters(modelOf(config))]));
    expect(found).toEqual(Object.fromEntries(further.map(({ name, parameters: of }) => [name, of])));
  });

  // Ling is not in transformers. Their cards say 16 B with 1.4 B active, and 16.8 B with 2.75 B.
  test.each([
    [16_255_643_392, { num_experts: 256, num_shared_experts: 1, moe_intermediate_size: 512, use_qk_norm: true }],
    [
      16_801_974_272,
      {
        ...{ num_hidden_layers: 28, num_experts: 64, num_experts_per_tok: 6, num_shared_experts: 2 },
        ...{ moe_intermediate_size: 1408, vocab_size: 126_464, first_k_dense_replace: 0 },
        moe_router_enable_expert_bias: false,
      },
    ],
  ])('Ling has %d', (of, own) => {
    const ling = {
      ...{ model_type: 'bailing_moe', hidden_size: 2048, intermediate_size: 5120, num_hidden_layers: 20 },
      ...{ num_attention_heads: 16, num_key_value_heads: 4, head_dim: 128, num_experts_per_tok: 8, use_bias: false },
      ...{ first_k_dense_replace: 1, vocab_size: 157_184, moe_router_enable_expert_bias: true, use_qkv_bias: false },
    };
    expect(parameters(modelOf({ ...ling, ...own }))).toBe(of);
  });

  // By hand, in f16 at 8,192 positions: layers × KV heads × widths of keys and values × 2 bytes, and states.
  test.each<[string, number, number]>([
    ['LFM2-1.2B', 6 * 8 * 128 * 2 * 8192, 10 * 2 * 2048 * 2],
    ['Jamba-1.5-Mini', 4 * 8 * 256 * 2 * 8192, 28 * (8192 * 16 * 4 + 3 * 8192 * 2)],
    ['Bamba-9B', 3 * 8 * 256 * 2 * 8192, 29 * (128 * 64 * 128 * 4 + 3 * (8192 + 2 * 128) * 2)],
    ['MiniMax-Text-01', 10 * 8 * 256 * 2 * 8192, 70 * 64 * 128 * 128 * 4],
    ['K-EXAONE-236B', 8 * 256 * 2 * (12 * 8192 + 36 * 128), 0],
    ['Trinity-Mini', 4 * 256 * 2 * (8 * 8192 + 24 * 2048), 0],
    ['EXAONE-4-32B', 8 * 256 * 2 * (16 * 8192 + 48 * 4096), 0],
  ])('%s keeps what its papers say', (name, cache, state) => {
    const model = modelOf(configOf(name) ?? EXAONE_4);
    expect(stateBytesHeld(model)).toBe(state);
    expect(kvBytesHeld(model, 8192, 'f16', 'window')).toBe(cache + state);
  });

  // Step-3's report (arXiv 2507.19427, table 1): 316 B parameters, 38 B a token, 2.56e8 bytes of cache at 8k in 8 bits.
  test('Step 3 has what its report says', () => {
    const model = modelOf({
      ...{ model_type: 'step3_text', hidden_size: 7168, intermediate_size: 18_432, num_hidden_layers: 61 },
      ...{ num_attention_heads: 64, num_attention_groups: 1, head_dim: 256, share_q_dim: 2048, vocab_size: 128_815 },
      ...{ moe_intermediate_size: 5120, moe_num_experts: 48, moe_top_k: 3, share_expert_dim: 5120 },
      moe_layers_enum: Array.from({ length: 56 }, (_, at) => at + 4).join(','),
    });
    const attention = (2048 + 2 * 256) * 7168 + 2048 + 64 * 256 * 2048 + 64 * 256 * 7168;
    const expert = 3 * 7168 * 5120;
    const outside = 2 * 128_815 * 7168 + 7168;
    const dense = 3 * 7168 * 18_432;
    expect(parameters(model)).toBe(outside + 61 * (attention + 2 * 7168) + 5 * dense + 56 * (49 * expert + 48 * 7168));
    expect(Math.round(parameters(model) / 1e9)).toBe(316);
    expect(Math.round(activeParameters(model) / 1e9)).toBe(38);
    expect(kvBytesHeld(model, 8192, 'f16', 'window') / 2).toBe(255_852_544);
  });

  // Shapes by the configs of OpenGVLab/InternVL3-8B, Qwen/Qwen2.5-Omni-7B and LiquidAI/LFM2-VL-1.6B.
  test.each<[string, object, number]>([
    [
      'InternVL3 8B',
      {
        model_type: 'internvl_chat',
        llm_config: {
          ...{ model_type: 'qwen2', hidden_size: 3584, intermediate_size: 18_944, num_hidden_layers: 28 },
          ...{ num_attention_heads: 28, num_key_value_heads: 4, vocab_size: 151_674, tie_word_embeddings: false },
        },
      },
      // Qwen2.5 7B, without 390 of its tokens.
      7_615_616_512 - 2 * 390 * 3584,
    ],
    [
      'Qwen2.5-Omni 7B',
      {
        model_type: 'qwen2_5_omni',
        thinker_config: { text_config: { model_type: 'qwen2_5_omni_text', tie_word_embeddings: false } },
      },
      7_615_616_512,
    ],
    ['LFM2-VL', { model_type: 'lfm2_vl', text_config: configOf('LFM2-1.2B') as object }, 1_170_340_608],
  ])('of %s are opened', (_, config, count) => {
    expect(parameters(modelOf(config))).toBe(count);
  });

  test.each(['zamba2', 'rwkv7', 'jet_nemotron', 'bailing_moe_linear'])(
    'of another type are refused by its name: %s',
    (type) => {
      expect(() => modelOf({ model_type: type, hidden_size: 64 })).toThrow(`got "${type}"`);
    },
  );

  test('that share caches in a way that is not known are refused', () => {
    expect(() => modelOf({ ...(configOf('Hunyuan-7B') as object), use_cla: true })).toThrow('use_cla must be false');
  });

  test('of which few keys are known leave out what transformers takes by default', () => {
    // Heads are 128 wide, whatever the width of the stream.
    const model = modelOf({
      ...{ model_type: 'seed_oss', hidden_size: 2048, intermediate_size: 4096, num_hidden_layers: 2 },
      ...{ num_attention_heads: 32, vocab_size: 1000 },
    });
    expect(model.layers[0]?.attention).toMatchObject({ headDim: 128, kvHeads: 8, qkvBias: true });
  });
});

const EXAONE_4 = {
  ...{
    model_type: 'exaone4',
    hidden_size: 5120,
    intermediate_size: 27_392,
    num_hidden_layers: 64,
    vocab_size: 102_400,
  },
  ...{ num_attention_heads: 40, num_key_value_heads: 8, head_dim: 128, sliding_window: 4096 },
  sliding_window_pattern: 'LLLG',
};
