import { describe, expect, test } from 'vitest';
import { configurations } from '../../../../tests/support/models/configurations.ts';
import further from '../../../../tests/support/models/further-configs.json' with { type: 'json' };
import { ggufOf } from '../../../../tests/support/models/gguf-of-model.ts';
import {
  filesOf,
  type GgufFile,
  ggmlBytes,
  ggufDataBytes,
  ggufHeader,
  sourceOf,
} from '../../../../tests/support/models/model-files.ts';
import { kvBytesHeld, kvBytesRead, parameters, stateBytesHeld, weightBytesHeld } from '../../models/accounting.ts';
import type { Model } from '../../models/model.ts';
import { modelById } from '../../models/predicted.ts';
import { modelOfConfig } from '../config.ts';
import { readModel } from '../read-model.ts';

const dataBytes = (file: GgufFile): number =>
  file.tensors.reduce((total, [, type, ...shape]) => total + ggmlBytes(type, shape), 0);

/** Reads a file without its data. */
const read = (file: GgufFile) => {
  const header = ggufHeader(file);
  return readModel(filesOf({ 'm.gguf': sourceOf(header, header.length + ggufDataBytes(file)) }), 'm.gguf');
};

const configured = (json: object): Model => modelOfConfig(json, { id: 'x', source: 'x' });
const all = configurations();
const there = test.runIf(all.length > 0);

/** Whether each layer of a model has a window, as converters list it. */
const slides = ({ layers }: Model): boolean[] =>
  layers.map(({ attention }) => attention.kind === 'grouped' && attention.window !== undefined);
const listed = (model: Model) => ({ 'attention.sliding_window_pattern': slides(model) });
const shared = ({ layers }: Model) => ({
  'attention.shared_kv_layers': layers.filter(({ attention: a }) => a.kind === 'grouped' && a.readsCacheBefore).length,
});

/** A model keeps and reads as much out of a GGUF file as out of its config. */
async function expectSame(model: Model, arch: string, more: GgufFile['metadata'] = {}): Promise<void> {
  const file = ggufOf(model, arch, more);
  const { model: found, weights } = await read(file);
  const figures = (of: Model) => [
    ...[1, 8192, 131_072].flatMap((n) => [kvBytesHeld(of, n, 'f16', 'window'), kvBytesRead(of, n, 'f16')]),
    stateBytesHeld(of),
  ];
  expect(figures(found)).toEqual(figures(model));
  // GGUF keeps the scales of Gemma 4's routers beside their matrices.
  expect(parameters(found) / parameters(model)).toBeCloseTo(1, 4);
  expect(weightBytesHeld(weights?.tensors ?? []) + (weights?.unread.bytes ?? 0)).toBe(dataBytes(file));
}

describe('a GGUF file says of a model what its config says', () => {
  test.each<[string, string, ((model: Model) => GgufFile['metadata'])?]>([
    ['llama-3.1-8b', 'llama'],
    ['qwen3-30b-a3b', 'qwen3moe'],
    ['gemma-3-27b', 'gemma3'],
    ['gpt-oss-20b', 'gpt-oss'],
    ['glm-4.5-air', 'glm4moe'],
    ['minimax-m2.5', 'minimax-m2'],
    ['nemotron-3-nano', 'nemotron_h_moe'],
    ['qwen3.6-35b-a3b', 'qwen35moe'],
    ['qwen3.6-35b-a3b', 'qwen3next'],
    ['gemma-4-26b-a4b', 'gemma4', listed],
    ['llama-4-maverick', 'llama4', () => ({ 'attention.sliding_window': 8192, interleave_moe_layer_step: 2 })],
    ['deepseek-v3.2', 'deepseek2'],
    ['deepseek-v3.2', 'deepseek32'],
  ])('%s (%s)', async (id, arch, more = () => ({})) => {
    const model = modelById(id);
    await expectSame(model, arch, more(model));
  });

  there.each<[string, string, ((model: Model) => GgufFile['metadata'])?]>([
    ['nvidia--NVIDIA-Nemotron-3-Super-120B-A12B-FP8', 'nemotron_h_moe'],
    ['nvidia--Nemotron-H-56B-Base-8K', 'nemotron_h'],
    ['deepseek-ai--DeepSeek-V4-Flash', 'deepseek4'],
    ['XiaomiMiMo--MiMo-V2-Flash', 'mimo2', listed],
    ['stepfun-ai--Step-3.7-Flash', 'step35', listed],
    ['zai-org--GLM-5.2', 'glm-dsa'],
  ])('%s (%s)', async (name, arch, more = () => ({})) => {
    const model = configured(all.find((one) => one.name === name)?.json as object);
    await expectSame(model, arch, more(model));
  });

  test.each<[string, string, ((model: Model) => GgufFile['metadata'])?]>([
    ['LFM2-1.2B', 'lfm2', () => ({ 'shortconv.l_cache': 3 })],
    ['LFM2-8B-A1B', 'lfm2moe', () => ({ 'shortconv.l_cache': 3 })],
    [
      'Jamba-1.5-Mini',
      'jamba',
      () => ({ 'ssm.inner_size': 8192, 'ssm.state_size': 16, 'ssm.conv_kernel': 4, 'ssm.time_step_rank': 256 }),
    ],
    ['Hunyuan-A13B', 'hunyuan-moe'],
    ['K-EXAONE-236B', 'exaone-moe'],
    ['Apertus-8B', 'apertus'],
    ['AFM-4.5B', 'arcee'],
    ['dots.llm1', 'dots1'],
    ['Trinity-Mini', 'afmoe'],
    ['OLMoE-1B-7B', 'olmoe'],
    ['MiniCPM3-4B', 'minicpm3'],
    ['Laguna-XS', 'laguna'],
  ])('%s (%s), too', async (name, arch, more = () => ({})) => {
    const model = configured(further.find((one) => one.name === name)?.config as object);
    await expectSame(model, arch, more(model));
  });

  test.each<[string, string, object, ((model: Model) => GgufFile['metadata'])?]>([
    [
      'Kimi Linear 48B',
      'kimi-linear',
      {
        ...{ model_type: 'kimi_linear', hidden_size: 2304, num_hidden_layers: 27, vocab_size: 163_840 },
        ...{ num_attention_heads: 32, kv_lora_rank: 512, qk_nope_head_dim: 128, qk_rope_head_dim: 64, v_head_dim: 128 },
        ...{ num_experts: 256, num_experts_per_token: 8, moe_intermediate_size: 1024, num_shared_experts: 1 },
        ...{ first_k_dense_replace: 1, intermediate_size: 9216, q_lora_rank: null },
        linear_attn_config: {
          ...{ head_dim: 128, num_heads: 32, short_conv_kernel_size: 4 },
          full_attn_layers: [4, 8, 12, 16, 20, 24, 27],
        },
      },
    ],
    ['Gemma 3n E4B', 'gemma3n', { text_config: { model_type: 'gemma3n_text' } }],
    [
      'Gemma 4 E4B',
      'gemma4',
      {
        ...{ model_type: 'gemma4_text', hidden_size: 2560, num_hidden_layers: 42, intermediate_size: 10_240 },
        ...{ num_attention_heads: 8, num_key_value_heads: 2, vocab_size: 262_144, num_kv_shared_layers: 18 },
      },
      (model) => ({ ...listed(model), ...shared(model) }),
    ],
    [
      'Falcon-H1 7B',
      'falcon-h1',
      {
        ...{ model_type: 'falcon_h1', hidden_size: 3072, num_hidden_layers: 44, intermediate_size: 12_288 },
        ...{ num_attention_heads: 12, num_key_value_heads: 2, head_dim: 128, vocab_size: 130_049 },
        ...{ mamba_d_ssm: 3072, mamba_n_heads: 24, mamba_d_head: 128, mamba_n_groups: 2, mamba_d_state: 256 },
        mamba_d_conv: 4,
      },
    ],
    [
      'Granite 4 Small',
      'granitehybrid',
      {
        ...{ model_type: 'granitemoehybrid', hidden_size: 4096, num_hidden_layers: 40, intermediate_size: 768 },
        ...{ num_attention_heads: 32, num_key_value_heads: 8, vocab_size: 100_352, shared_intermediate_size: 1536 },
        ...{ num_local_experts: 72, num_experts_per_tok: 10, tie_word_embeddings: true },
        ...{ mamba_n_heads: 128, mamba_d_head: 64, mamba_n_groups: 1, mamba_d_state: 128, mamba_d_conv: 4 },
        layer_types: Array.from({ length: 40 }, (_, i) => ([5, 15, 25, 35].includes(i) ? 'attention' : 'mamba')),
      },
    ],
    [
      'Command A',
      'cohere2',
      {
        ...{ model_type: 'cohere2', hidden_size: 12_288, num_hidden_layers: 64, intermediate_size: 36_864 },
        ...{ num_attention_heads: 96, num_key_value_heads: 8, head_dim: 128, vocab_size: 256_000 },
        ...{ sliding_window: 4096, sliding_window_pattern: 4 },
      },
    ],
    [
      'OLMo 3 32B',
      'olmo2',
      {
        ...{ model_type: 'olmo3', hidden_size: 5120, num_hidden_layers: 64, intermediate_size: 27_648 },
        ...{ num_attention_heads: 40, num_key_value_heads: 8, vocab_size: 100_278, sliding_window: 4096 },
      },
    ],
    [
      'ERNIE 4.5 300B-A47B',
      'ernie4_5-moe',
      {
        ...{ model_type: 'ernie4_5_moe', hidden_size: 8192, num_hidden_layers: 54, intermediate_size: 28_672 },
        ...{ num_attention_heads: 64, num_key_value_heads: 8, vocab_size: 103_424, tie_word_embeddings: false },
        ...{ moe_num_experts: 64, moe_k: 8, moe_intermediate_size: 3584, moe_num_shared_experts: 0 },
        moe_layer_start_index: 3,
      },
    ],
  ])('%s (%s)', async (_, arch, json, more = () => ({})) => {
    const model = configured(json);
    await expectSame(model, arch, more(model));
  });
});
