/**
 * Small models of families whose modules have names of their own, as huggingface/transformers 5.18.0 writes them
 * (`save_pretrained`): configs, and tensors with `#` for a layer and `*` for an expert.
 */

import { describe, expect, test } from 'vitest';
import { filesOf, product, type SafeTensors, safetensorsBytes } from '../../../../tests/support/models/model-files.ts';
import written from '../../../../tests/support/models/module-names.json' with { type: 'json' };
import { weightBytesHeld } from '../../models/accounting.ts';
import { readModel } from '../read-model.ts';

type Rows = readonly (readonly [name: string, layers: readonly number[], experts: number, shape: readonly number[]])[];

/** The tensors of a model, each of its own layer and expert. */
function tensorsOf(rows: Rows): SafeTensors {
  const all: [string, readonly ['BF16', ...number[]]][] = [];
  for (const [name, layers, experts, shape] of rows) {
    for (const layer of layers.length > 0 ? layers : ['']) {
      for (const expert of experts > 0 ? Array.from({ length: experts }, (_, i) => i) : ['']) {
        all.push([name.replace('#', String(layer)).replace('*', String(expert)), ['BF16', ...shape]]);
      }
    }
  }
  return Object.fromEntries(all);
}

const read = (config: object, tensors: SafeTensors) =>
  readModel(
    filesOf({ 'config.json': JSON.stringify(config), 'model.safetensors': safetensorsBytes(tensors) }),
    'model.safetensors',
  );

describe('safetensors of each family are read tensor by tensor', () => {
  test.each(written.map(({ name, config, tensors }) => [name, config, tensors as unknown as Rows] as const))(
    '%s',
    async (_, config, rows) => {
      const tensors = tensorsOf(rows);
      const { weights } = await read(config, tensors);
      const bytes = Object.values(tensors).reduce((total, [, ...shape]) => total + 2 * product(shape), 0);
      expect(weightBytesHeld(weights?.tensors ?? []) + (weights?.unread.bytes ?? 0)).toBe(bytes);
      // What is unread are tables and numbers, never a matrix.
      expect(weights?.unread.bytes).toBeLessThanOrEqual(bytes / 50);
    },
  );

  test('adapters beside a matrix are unread', async () => {
    const config = {
      ...{ model_type: 'phi4mm', hidden_size: 32, intermediate_size: 64, num_hidden_layers: 1, vocab_size: 10 },
      ...{ num_attention_heads: 2, num_key_value_heads: 1, tie_word_embeddings: true },
    };
    const matrix = (name: string, rows: number, columns: number): SafeTensors => ({
      [`model.layers.0.${name}.base_layer.weight`]: ['BF16', rows, columns],
      [`model.layers.0.${name}.lora_A.speech.weight`]: ['BF16', 4, columns],
      [`model.layers.0.${name}.lora_B.speech.weight`]: ['BF16', rows, 4],
    });
    const { weights } = await read(config, {
      'model.embed_tokens.weight': ['BF16', 10, 32],
      'model.norm.weight': ['BF16', 32],
      'model.layers.0.input_layernorm.weight': ['BF16', 32],
      'model.layers.0.post_attention_layernorm.weight': ['BF16', 32],
      ...matrix('self_attn.qkv_proj', 64, 32),
      ...matrix('self_attn.o_proj', 32, 32),
      ...matrix('mlp.gate_up_proj', 128, 32),
      ...matrix('mlp.down_proj', 32, 64),
    });
    const qkv = weights?.tensors.find(({ name }) => name === 'qkv');
    expect(qkv?.bytes).toBe(64 * 32 * 2);
    expect(weights?.unread.tensors).toBe(8);
  });

  test('keys and values of a layer that reads the cache of one before are unread', async () => {
    const gemma = written.find(({ name }) => name === 'gemma3n_text');
    if (!gemma) throw new Error('no Gemma 3n');
    const { config, tensors } = gemma;
    const has = tensorsOf(tensors as unknown as Rows);
    const last = `model.layers.${(config.num_hidden_layers ?? 0) - 1}.self_attn`;
    expect(Object.keys(has).filter((name) => name.startsWith(`${last}.k_proj`))).toEqual([]);
    const { weights } = await read(config, {
      ...has,
      [`${last}.k_proj.weight`]: ['BF16', 32, 64],
      [`${last}.v_proj.weight`]: ['BF16', 32, 64],
      [`${last}.k_norm.weight`]: ['BF16', 16],
    });
    expect(weights?.unread.tensors).toBe(3);
  });
});
