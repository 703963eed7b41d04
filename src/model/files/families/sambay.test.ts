/**
 * Phi-4-mini-flash-reasoning: its config, and the tensors that its index names, whose bytes are those that the index
 * says. Source: microsoft/Phi-4-mini-flash-reasoning, config.json and model.safetensors.index.json.
 */

import { expect, test } from 'vitest';
import { filesOf, type SafeTensors, safetensorsBytes } from '../../../../tests/support/models/model-files.ts';
import {
  attentionFlopsPerToken,
  kvBytesHeld,
  kvBytesRead,
  parameters,
  stateBytesHeld,
  weightBytesHeld,
} from '../../models/accounting.ts';
import { withoutKernels } from '../../models/runnable.ts';
import { modelOfConfig } from '../config.ts';
import { readModel } from '../read-model.ts';

const CONFIG = {
  ...{ model_type: 'phi4flash', hidden_size: 2560, intermediate_size: 10_240, num_hidden_layers: 32 },
  ...{ num_attention_heads: 40, num_key_value_heads: 20, sliding_window: 512, mb_per_layer: 2 },
  ...{ tie_word_embeddings: true, vocab_size: 200_064, mlp_bias: false, lm_head_bias: false },
};
const LAYERS = CONFIG.num_hidden_layers;
/** The first layer that keeps nothing. */
const FED = LAYERS / 2 + 2;

/** The tensors of a layer at these widths: the model's, or smaller ones of a file with data. */
function tensorsOf(layer: number, hidden: number, ffn: number): SafeTensors {
  const at = (tensors: SafeTensors): SafeTensors =>
    Object.fromEntries(Object.entries(tensors).map(([name, shape]) => [`model.layers.${layer}.${name}`, shape]));
  const [inner, rank, head] = [2 * hidden, Math.ceil(hidden / 16), hidden / 40];
  const around: SafeTensors = {
    'input_layernorm.weight': ['BF16', hidden],
    'input_layernorm.bias': ['BF16', hidden],
    'post_attention_layernorm.weight': ['BF16', hidden],
    'post_attention_layernorm.bias': ['BF16', hidden],
    'mlp.fc1.weight': ['BF16', 2 * ffn, hidden],
    'mlp.fc2.weight': ['BF16', hidden, ffn],
  };
  if (layer % 2 === 0) {
    const isFed = layer >= FED;
    return at({
      ...around,
      'attn.in_proj.weight': ['BF16', isFed ? inner : 2 * inner, hidden],
      'attn.out_proj.weight': ['BF16', hidden, inner],
      ...(!isFed && {
        'attn.A_log': ['F32', inner, 16],
        'attn.D': ['BF16', inner],
        'attn.conv1d.weight': ['BF16', inner, 1, 4],
        'attn.conv1d.bias': ['BF16', inner],
        'attn.x_proj.weight': ['BF16', rank + 32, inner],
        'attn.dt_proj.weight': ['BF16', inner, rank],
        'attn.dt_proj.bias': ['BF16', inner],
      }),
    });
  }
  const lambdas = ['q1', 'k1', 'q2', 'k2'].map((name) => [`attn.inner_cross_attn.lambda_${name}`, ['F32', head]]);
  const rows = layer >= FED ? hidden : 2 * hidden;
  return at({
    ...around,
    'attn.Wqkv.weight': ['BF16', rows, hidden],
    'attn.Wqkv.bias': ['BF16', rows],
    'attn.out_proj.weight': ['BF16', hidden, hidden],
    'attn.out_proj.bias': ['BF16', hidden],
    'attn.inner_cross_attn.subln.weight': ['BF16', 2 * head],
    ...(Object.fromEntries(lambdas) as SafeTensors),
  });
}

const WIDTHS = { F32: 4, BF16: 2 } as Readonly<Record<string, number>>;
const bytesOf = (tensors: SafeTensors): number =>
  Object.values(tensors).reduce(
    (sum, [type, ...shape]) => sum + (WIDTHS[type] ?? 0) * shape.reduce((a, b) => a * b, 1),
    0,
  );

const all = (hidden: number, ffn: number, vocabulary: number): SafeTensors =>
  Object.assign(
    {
      'model.embed_tokens.weight': ['BF16', vocabulary, hidden],
      'model.final_layernorm.weight': ['BF16', hidden],
      'model.final_layernorm.bias': ['BF16', hidden],
    } as SafeTensors,
    ...Array.from({ length: LAYERS }, (_, layer) => tensorsOf(layer, hidden, ffn)),
  );

const model = modelOfConfig(CONFIG, { id: 'x', source: 'x' });

test('it has the parameters that its index says', () => {
  const tensors = all(CONFIG.hidden_size, CONFIG.intermediate_size, CONFIG.vocab_size);
  expect(bytesOf(tensors)).toBe(7_706_608_640);
  const count = Object.values(tensors).reduce((sum, [, ...shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(parameters(model)).toBe(count);
});

// By hand: 8 windows of 512 positions and one cache of all, which 7 more layers read; 9 states of Mamba-1 in bf16.
test.each([8192, 131_072])('at %d positions it keeps one cache, and reads it eight times', (context) => {
  const row = 2 * 20 * 64 * 2;
  const states = 9 * (5120 * 16 + 5120 * 3) * 2;
  expect(stateBytesHeld(model)).toBe(states);
  expect(kvBytesHeld(model, context, 'f16', 'window')).toBe(row * (8 * 512 + context) + states);
  expect(kvBytesRead(model, context, 'f16')).toBe(row * (8 * 512 + 8 * context) + states);
});

test('both maps of a pair weigh the values of two heads', () => {
  const attended = 8 * 512 + 8 * 8192;
  const ofStates = 9 * (5 * 5120 * 16 + 2 * 4 * 5120) + 7 * 5120;
  expect(attentionFlopsPerToken(model, 8192)).toBe(2 * 40 * (64 + 128) * attended + ofStates);
});

test('it is predicted, not run', () => {
  expect(withoutKernels(model)).toMatch(/recurrent states \(16 of 32 layers\).*differential attention \(16 of 32/);
});

test('its safetensors are read tensor by tensor', async () => {
  const small = { ...CONFIG, hidden_size: 320, intermediate_size: 128, vocab_size: 64 };
  const tensors = all(small.hidden_size, small.intermediate_size, small.vocab_size);
  const { weights } = await readModel(
    filesOf({ 'config.json': JSON.stringify(small), 'model.safetensors': safetensorsBytes(tensors) }),
    'model.safetensors',
  );
  expect(weightBytesHeld(weights?.tensors ?? [])).toBe(bytesOf(tensors));
  expect(weights?.unread.bytes).toBe(0);
});
