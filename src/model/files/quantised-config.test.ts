import { describe, expect, test } from 'vitest';
import { filesOf } from '../../../tests/support/models/model-files.ts';
import { weightBytesHeld } from '../models/accounting.ts';
import { readModel } from './read-model.ts';

const LLAMA = {
  ...{ model_type: 'llama', hidden_size: 4096, intermediate_size: 14336, vocab_size: 128256 },
  ...{ num_attention_heads: 32, num_hidden_layers: 32, num_key_value_heads: 8 },
};
/** Weights of the layers' matrices of Llama 3.1 8B, and bytes of all else in 16 bits. */
const MATRICES = 32 * (6144 + 4096 + 3 * 14336) * 4096;
const REST = 2 * (2 * 128256 * 4096 + 65 * 4096);

const read = (config: object, more: Record<string, string> = {}) =>
  readModel(filesOf({ 'config.json': JSON.stringify(config), ...more }), 'config.json');

const bitsOf = async (quantization_config: object): Promise<number> => {
  const { weights } = await read({ ...LLAMA, quantization_config });
  return ((weightBytesHeld(weights?.tensors ?? []) - REST) * 8) / MATRICES;
};

const weights = (of: object) => ({
  config_groups: { group_0: { targets: ['Linear'], weights: of } },
  ignore: ['lm_head'],
});

describe('bits of a weight, scales included', () => {
  test.each<[string, object, number]>([
    ['fp8 in blocks', { quant_method: 'fp8', weight_block_size: [128, 128] }, 8 + 32 / 128 ** 2],
    ['AWQ', { quant_method: 'awq', bits: 4, group_size: 128 }, 4 + 20 / 128],
    ['GPTQ, whose columns name their groups', { quant_method: 'gptq', bits: 4, group_size: 128 }, 4.16],
    ['bitsandbytes', { quant_method: 'bitsandbytes', load_in_4bit: true }, 4.5],
    [
      'bitsandbytes twice',
      { quant_method: 'bitsandbytes', load_in_4bit: true, bnb_4bit_use_double_quant: true },
      4 + 8.125 / 64,
    ],
    ['modelopt', { quant_method: 'modelopt', quant_algo: 'NVFP4', ignore: ['lm_head'] }, 4.5],
    ['compressed-tensors', { quant_method: 'compressed-tensors', ...weights({ num_bits: 4, group_size: 32 }) }, 4.5],
    [
      'mxfp4 of compressed-tensors',
      { quant_method: 'compressed-tensors', ...weights({ num_bits: 4, type: 'float', group_size: 32 }) },
      4.25,
    ],
    ['a config_groups without a method', { quant_algo: 'FP8', ...weights({ num_bits: 8, type: 'float' }) }, 8],
  ])('%s', async (_, config, bits) => expect(await bitsOf(config)).toBeCloseTo(bits, 2));

  test('EXL2 has bits of the head besides, MLX has all matrices in groups', async () => {
    const bytes = async (config: object) =>
      weightBytesHeld((await read({ ...LLAMA, ...config })).weights?.tensors ?? []);
    const head = 128256 * 4096;
    const exl2 = await bytes({ quantization_config: { quant_method: 'exl2', bits: 4.25, head_bits: 6 } });
    expect(exl2 / ((MATRICES * 4.25 + head * 6) / 8 + REST - 2 * head)).toBeCloseTo(1, 6);
    const mlx = await bytes({ quantization: { group_size: 64, bits: 4 } });
    expect(mlx / (((MATRICES + 2 * head) * 4.5) / 8)).toBeCloseTo(1, 3);
  });

  test('modelopt’s file beside a config counts', async () => {
    const beside = JSON.stringify({ quantization: { quant_algo: 'FP8', exclude_modules: ['lm_head'] } });
    const { weights: found, quantisation } = await read(LLAMA, { 'hf_quant_config.json': beside });
    expect(quantisation).toBe('fp8 with a scale for each matrix');
    expect((weightBytesHeld(found?.tensors ?? []) - REST) / MATRICES).toBeCloseTo(1, 4);
  });
});

describe('modules that are left alone', () => {
  const left = async (ignore: readonly string[]): Promise<string[]> => {
    const quantised = { quant_method: 'modelopt', quant_algo: 'NVFP4', ignore };
    const { weights: found } = await read({ ...LLAMA, quantization_config: quantised });
    const names = (found?.tensors ?? []).filter(({ types, kind }) => types[0] === 'BF16' && kind === 'projection');
    return names.map(({ layer, name }) => `${layer} ${name}`);
  };
  const ALL = ['qkv', 'output', 'gate and up', 'down'];

  test.each<[string, string[], string[]]>([
    ['a whole layer', ['model.layers.0'], ALL.map((name) => `0 ${name}`)],
    ['not layer 10 for layer 1', ['model.layers.1.*'], ALL.map((name) => `1 ${name}`)],
    ['a glob of names', ['model.layers.3*'], [3, 30, 31].flatMap((layer) => ALL.map((name) => `${layer} ${name}`))],
    ['a module', ['model.layers.2.self_attn.o_proj'], ['2 output']],
    ['an expression', ['re:.*layers\\.(4|5)\\.mlp\\.down_proj'], ['4 down', '5 down']],
    ['nothing', ['lm_head'], []],
  ])('%s', async (_, ignore, expected) => expect(await left(ignore)).toEqual(expected));

  test.each<[string, object, RegExp]>([
    [
      'an unknown method',
      { quant_method: 'hqq' },
      /quantization_config\.quant_method must be one of fp8, .*; got "hqq"$/,
    ],
    ['no method', {}, /must have a quant_method, a quant_algo, config_groups or bits; it has none$/],
    [
      'an expression that could take forever',
      { quant_method: 'fp8', modules_to_not_convert: ['re:(a+)+$'] },
      /must be a module’s name, with \* or a simple re:; got "re:\(a\+\)\+\$"$/,
    ],
    [
      'bits of another kind',
      { quant_method: 'gptq', bits: 'four' },
      /bits must be a number from -1 to 1048576; got "four"$/,
    ],
    [
      'an unknown algorithm',
      { quant_method: 'modelopt', quant_algo: 'W2' },
      /quant_algo must be one of FP8, .*; got "W2"$/,
    ],
  ])('%s is refused in a line', async (_, quantization_config, message) => {
    await expect(read({ ...LLAMA, quantization_config })).rejects.toThrow(message);
  });
});
