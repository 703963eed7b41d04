import { describe, expect, test } from 'vitest';
import { configurations, KNOWN } from '../../../tests/support/models/configurations.ts';
import { kvBytesHeld, kvBytesRead, parameters, stateBytesHeld, weightBytesHeld } from '../models/accounting.ts';
import type { Model } from '../models/model.ts';
import { modelById } from '../models/predicted.ts';
import { withoutKernels } from '../models/runnable.ts';
import { modelOfConfig } from './config.ts';
import { weightsOfConfig } from './quantised-config.ts';

const modelOf = (json: unknown): Model => modelOfConfig(json, { id: 'x', source: 'x' });
const all = configurations();
/** The folder of configurations is beside the project, and not everywhere. */
const there = test.runIf(all.length > 0);

describe('configurations of public models', () => {
  there('all have as many parameters as transformers makes of them', () => {
    const found = Object.fromEntries(all.map(({ name, json }) => [name, parameters(modelOf(json))]));
    expect(found).toEqual(Object.fromEntries(Object.entries(KNOWN).map(([name, [count]]) => [name, count])));
  });

  // GB by the size of the repositories' files, without vision and layers that predict further tokens.
  there.each([
    ['openai--gpt-oss-20b', 13.76],
    ['moonshotai--Kimi-K2.5', 594.2],
    ['Qwen--Qwen3-30B-A3B-FP8', 31.17],
    ['deepseek-ai--DeepSeek-V4-Flash', 155.9],
  ])('%s takes %d GB as it is quantised', (name, gb) => {
    const json = all.find((one) => one.name === name)?.json;
    const weights = weightsOfConfig(modelOf(json), json);
    expect(weightBytesHeld(weights?.tensors ?? []) / 1e9).toBeCloseTo(gb, gb > 100 ? 0 : 2);
  });
});

/**
 * Bytes that a sequence keeps and that a step reads of it in f16, by hand from the papers and reference code. n is the
 * context.
 */
describe('caches and states agree with papers and reference code', () => {
  const f16 = 2;
  const f32 = 4;
  test.each<[string, string, (n: number) => number, (n: number) => number]>([
    [
      'qwen3.6-35b-a3b',
      // transformers qwen3_5_moe: 10 layers of 2 KV heads of 256; 30 layers with a state of 32 × 128 × 128 in f32 and
      // three columns of 2·16·128 + 32·128 channels.
      'gated delta rule, arXiv 2412.06464',
      (n) => 10 * 2 * 2 * 256 * f16 * n + 30 * (32 * 128 * 128 * f32 + 3 * 8192 * f16),
      (n) => 10 * 2 * 2 * 256 * f16 * n + 30 * (32 * 128 * 128 * f32 + 3 * 8192 * f16),
    ],
    [
      'qwen3.6-27b',
      'transformers qwen3_5',
      (n) => 16 * 2 * 4 * 256 * f16 * n + 48 * (48 * 128 * 128 * f32 + 3 * 10_240 * f16),
      (n) => 16 * 2 * 4 * 256 * f16 * n + 48 * (48 * 128 * 128 * f32 + 3 * 10_240 * f16),
    ],
    [
      'nemotron-3-nano',
      // Mamba-2: 64 heads of 64 × 128; the convolution has 4096 + 2·8·128 channels.
      'Mamba-2, arXiv 2405.21060, and vLLM’s mamba2_state_shape',
      (n) => 6 * 2 * 2 * 128 * f16 * n + 23 * (64 * 64 * 128 * f32 + 3 * 6144 * f16),
      (n) => 6 * 2 * 2 * 128 * f16 * n + 23 * (64 * 64 * 128 * f32 + 3 * 6144 * f16),
    ],
    [
      'deepseek-v3.2',
      // A latent of 512 + 64 and an indexer's key of 128; 2048 latents are read.
      'DeepSeek-V3.2-Exp, section 2.1, and its inference/model.py',
      (n) => 61 * (576 + 128) * f16 * n,
      (n) => 61 * (576 * Math.min(n, 2048) + 128 * n) * f16,
    ],
    [
      'glm-5',
      'transformers glm_moe_dsa',
      (n) => 78 * (576 + 128) * f16 * n,
      (n) => 78 * (576 * Math.min(n, 2048) + 128 * n) * f16,
    ],
    [
      'llama-4-maverick',
      // Chunks of 8192 begin anew in three of four layers.
      'transformers llama4, chunked_attention',
      (n) => (36 * Math.min(n, 8192) + 12 * n) * 2 * 8 * 128 * f16,
      (n) => (36 * (((n - 1) % 8192) + 1) + 12 * n) * 2 * 8 * 128 * f16,
    ],
    [
      'gemma-4-31b',
      'transformers gemma4: full layers have 4 KV heads of 512, whose values are kept besides',
      (n) => (50 * 2 * 16 * 256 * Math.min(n, 1024) + 10 * 2 * 4 * 512 * n) * f16,
      (n) => (50 * 2 * 16 * 256 * Math.min(n, 1024) + 10 * 2 * 4 * 512 * n) * f16,
    ],
  ])('%s (%s)', (id, _, kept, read) => {
    const model = modelById(id);
    for (const n of [1, 1024, 8192, 10_000, 131_072]) {
      expect(kvBytesHeld(model, n, 'f16', 'window')).toBe(kept(n));
      expect(kvBytesRead(model, n, 'f16')).toBe(read(n));
    }
  });

  there('DeepSeek V4 keeps a window, compressed entries and what makes the next', () => {
    // Its inference/model.py: 43 windows of 128 × 512; 21 layers with an entry of 512 and a key of 128 for each four
    // positions, 20 with one for 128; kv_state and score_state in f32.
    const model = modelOf(all.find(({ name }) => name === 'deepseek-ai--DeepSeek-V4-Flash')?.json);
    const states = 21 * 2 * 8 * (1024 + 256) * f32 + 20 * 2 * 128 * 512 * f32;
    expect(stateBytesHeld(model)).toBe(21 * 2 * 8 * (1024 + 256) * f32 + 20 * 2 * 128 * 512 * f32);
    const n = 131_072;
    const entries = 21 * (512 + 128) * (n / 4) + 20 * 512 * (n / 128);
    expect(kvBytesHeld(model, n, 'f16', 'window')).toBe((43 * 128 * 512 + entries) * f16 + states);
  });

  there('Kimi K3 keeps a state of 96 × 128 × 128 in 69 layers and a latent in 24', () => {
    // arXiv 2510.26692, and sglang's kimi_k3.py.
    const model = modelOf(all.find(({ name }) => name === 'moonshotai--Kimi-K3')?.json);
    const states = 69 * (96 * 128 * 128 * f32 + 3 * 3 * 96 * 128 * f16);
    expect(stateBytesHeld(model)).toBe(states);
    expect(kvBytesHeld(model, 8192, 'f16', 'window')).toBe(24 * 576 * f16 * 8192 + states);
  });
});

test('a model without kernels says which are missing', () => {
  expect(withoutKernels(modelById('qwen3.6-35b-a3b'))).toMatch(/^recurrent states \(30 of 40 layers\), /);
  expect(withoutKernels(modelById('llama-3.1-8b'))).toBeUndefined();
});
