import { describe, expect, test } from 'vitest';
import { filesOf, type SafeTensors, safetensorsBytes, sourceOf } from '../../../../tests/support/models/model-files.ts';
import { weightBytesHeld } from '../../models/accounting.ts';
import { nearestFormat } from '../nearest-format.ts';
import { readModel } from '../read-model.ts';
import { type Files, ModelFileError } from '../source.ts';

const LLAMA = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 96,
  num_attention_heads: 4,
  num_hidden_layers: 1,
  num_key_value_heads: 2,
  vocab_size: 10,
};

const AROUND: SafeTensors = {
  'model.embed_tokens.weight': ['BF16', 10, 64],
  'model.norm.weight': ['BF16', 64],
  'model.layers.0.input_layernorm.weight': ['BF16', 64],
  'model.layers.0.post_attention_layernorm.weight': ['BF16', 64],
};

const HEAD: SafeTensors = { 'lm_head.weight': ['BF16', 10, 64] };

const PROJECTIONS: SafeTensors = {
  'model.layers.0.self_attn.q_proj.weight': ['BF16', 64, 64],
  'model.layers.0.self_attn.k_proj.weight': ['BF16', 32, 64],
  'model.layers.0.self_attn.v_proj.weight': ['BF16', 32, 64],
  'model.layers.0.self_attn.o_proj.weight': ['BF16', 64, 64],
  'model.layers.0.mlp.gate_proj.weight': ['BF16', 96, 64],
  'model.layers.0.mlp.up_proj.weight': ['BF16', 96, 64],
  'model.layers.0.mlp.down_proj.weight': ['BF16', 64, 96],
};

const ALL: SafeTensors = { ...AROUND, ...HEAD, ...PROJECTIONS };

const weightsIn = (tensors: SafeTensors): number =>
  Object.values(tensors).reduce((total, [, ...shape]) => total + shape.reduce((a, b) => a * b, 1), 0);

const filesWith = (tensors: SafeTensors, config: object = LLAMA): Files =>
  filesOf({ 'config.json': JSON.stringify(config), 'model.safetensors': safetensorsBytes(tensors) });

async function read(tensors: SafeTensors, config: object = LLAMA) {
  const { model, weights } = await readModel(filesWith(tensors, config), 'model.safetensors');
  if (!weights) throw new Error('no weights');
  const tensor = (name: string, layer: number | undefined = 0) => {
    const found = weights.tensors.find((t) => t.name === name && t.layer === layer);
    if (!found) throw new Error(`no ${name}`);
    return found;
  };
  return { model, weights, tensor };
}

/** The tensors of a module, by the suffixes of their names. */
const pieces = (name: string, of: Readonly<Record<string, SafeTensors[string]>>): SafeTensors =>
  Object.fromEntries(Object.entries(of).map(([suffix, tensor]) => [`${name}${suffix}`, tensor]));

describe('a safetensors file', () => {
  test('gives the bytes of every tensor, with the config beside it', async () => {
    const { model, weights, tensor } = await read(ALL);
    expect(model.layers).toHaveLength(1);
    expect(tensor('qkv')).toMatchObject({ rows: 128, columns: 64, bytes: 128 * 64 * 2, types: ['BF16'] });
    expect(weightBytesHeld(weights.tensors)).toBe(2 * weightsIn(ALL));
    expect(weights.unread).toEqual({ tensors: 0, bytes: 0 });
  });

  test('is read only to the end of its header', async () => {
    const header = safetensorsBytes(ALL);
    const length = header.length - 2 * weightsIn(ALL);
    const source = sourceOf(header);
    const files: Files = {
      open: async (name) =>
        name === 'config.json' ? sourceOf(JSON.stringify(LLAMA)) : name === 'model.safetensors' ? source : undefined,
    };
    await readModel(files, 'model.safetensors');
    expect(source.read).toBe(length);
  });

  test('counts a copy of a tied matrix, layers for further tokens and vision as unread', async () => {
    const more: SafeTensors = {
      'model.layers.1.eh_proj.weight': ['BF16', 64, 128],
      'vision_tower.encoder.layers.0.mlp.fc1.weight': ['BF16', 8, 8],
      'model.layers.0.self_attn.rotary_emb.inv_freq': ['F32', 8],
    };
    const { weights } = await read({ ...ALL, ...more }, { ...LLAMA, tie_word_embeddings: true });
    expect(weights.unread).toEqual({ tensors: 4, bytes: 2 * (10 * 64 + 64 * 128 + 64) + 32 });
    expect(weightBytesHeld(weights.tensors)).toBe(2 * (weightsIn(ALL) - 10 * 64));
  });

  test('in parts is read with an index or without', async () => {
    const names = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
    const [first, second] = [{ ...AROUND, ...HEAD }, PROJECTIONS];
    const index = {
      metadata: { total_size: 2 * weightsIn(ALL) },
      weight_map: {
        ...Object.fromEntries(Object.keys(first).map((name) => [name, names[0]])),
        ...Object.fromEntries(Object.keys(second).map((name) => [name, names[1]])),
      },
    };
    const parts = {
      'config.json': JSON.stringify(LLAMA),
      'model.safetensors.index.json': JSON.stringify(index),
      [names[0]]: safetensorsBytes(first),
    };
    const files = filesOf({ ...parts, [names[1]]: safetensorsBytes(second) });
    for (const name of ['model.safetensors.index.json', ...names]) {
      const { weights } = await readModel(files, name);
      expect(weightBytesHeld(weights?.tensors ?? [])).toBe(2 * weightsIn(ALL));
    }
    const problem = `${names[1]}: is not there: give all 2 parts`;
    await expect(readModel(filesOf(parts), 'model.safetensors.index.json')).rejects.toThrow(problem);
  });
});

describe('a quantised safetensors file', () => {
  test('in fp8 blocks counts scales with their matrix', async () => {
    const up = pieces('model.layers.0.mlp.up_proj', {
      '.weight': ['F8_E4M3', 96, 64],
      '.weight_scale_inv': ['F32', 1, 1],
    });
    const { tensor } = await read({ ...ALL, ...up });
    expect(tensor('gate and up')).toMatchObject({
      bytes: 96 * 64 * 2 + 96 * 64 + 4,
      types: ['BF16', 'F8_E4M3'],
    });
  });

  test('of GPTQ has known bytes, though not the number of weights in an integer', async () => {
    const { 'model.layers.0.mlp.down_proj.weight': _, ...others } = ALL;
    const down = pieces('model.layers.0.mlp.down_proj', {
      '.qweight': ['I32', 96 / 8, 64],
      '.qzeros': ['I32', 1, 64 / 8],
      '.scales': ['F16', 1, 64],
      '.g_idx': ['I32', 96],
    });
    const { tensor } = await read({ ...others, ...down });
    expect(tensor('down').bytes).toBe(4 * (12 * 64 + 8 + 96) + 2 * 64);
  });

  const layer = 'model.layers.0';
  const without = (...names: readonly string[]): SafeTensors =>
    Object.fromEntries(Object.entries(ALL).filter(([name]) => !names.some((n) => name.startsWith(`${layer}.${n}`))));

  test('of GPTQ may have a bias of zeros beside a packed matrix, which no step reads', async () => {
    const packed: SafeTensors = {
      ...pieces(`${layer}.mlp.down_proj`, {
        '.bias': ['F16', 64],
        '.qweight': ['I32', 96 / 8, 64],
        '.qzeros': ['I32', 1, 64 / 8],
        '.scales': ['F16', 1, 64],
        '.g_idx': ['I32', 96],
      }),
    };
    const { weights, tensor } = await read({ ...without('mlp.down_proj'), ...packed });
    expect(tensor('down').bytes).toBe(4 * (12 * 64 + 8 + 96) + 2 * 64);
    expect(weights.unread).toEqual({ tensors: 1, bytes: 2 * 64 });
    const plain: SafeTensors = { ...ALL, [`${layer}.mlp.down_proj.bias`]: ['F16', 64] };
    await expect(read(plain)).rejects.toThrow(
      'has a tensor "model.layers.0.mlp.down_proj.bias", which its model does not',
    );
  });

  /** What different programs write in place of a `.weight` of 96 columns and 64 rows; packed, or as fp8. */
  const WRITTEN: readonly (readonly [string, Readonly<Record<string, SafeTensors[string]>>])[] = [
    ['AWQ', { '.qweight': ['I32', 96, 8], '.qzeros': ['I32', 1, 8], '.scales': ['F16', 1, 64] }],
    ['MLX', { '.weight': ['U32', 64, 12], '.scales': ['BF16', 64, 2], '.biases': ['BF16', 64, 2] }],
    [
      'bitsandbytes in 4 bits',
      {
        '.weight': ['U8', 3072, 1],
        '.weight.absmax': ['U8', 96],
        '.weight.nested_absmax': ['F32', 1],
        '.weight.nested_quant_map': ['F32', 256],
        '.weight.quant_map': ['F32', 16],
        '.weight.quant_state.bitsandbytes__nf4': ['U8', 80],
      },
    ],
    ['bitsandbytes in 8 bits', { '.weight': ['I8', 64, 96], '.SCB': ['F32', 64], '.weight_format': ['U8', 1] }],
    [
      'fp8, a scale for a tensor',
      { '.weight': ['F8_E4M3', 64, 96], '.weight_scale': ['F32', 1], '.input_scale': ['F32', 1] },
    ],
    ['fp8 in blocks', { '.weight': ['F8_E4M3', 64, 96], '.weight_scale_inv': ['F32', 1, 1] }],
    [
      'NVFP4 of modelopt',
      {
        '.weight': ['U8', 64, 48],
        '.weight_scale': ['F8_E4M3', 64, 6],
        '.weight_scale_2': ['F32', 1],
        '.input_scale': ['F32', 1],
      },
    ],
    [
      'NVFP4 of compressed-tensors',
      {
        '.weight_packed': ['U8', 64, 48],
        '.weight_scale': ['F8_E4M3', 64, 6],
        '.weight_global_scale': ['F32', 1],
        '.input_global_scale': ['F32', 1],
      },
    ],
    [
      'integers of compressed-tensors',
      {
        '.weight_packed': ['I32', 64, 12],
        '.weight_scale': ['BF16', 64, 1],
        '.weight_zero_point': ['I32', 8, 1],
        '.weight_shape': ['I64', 2],
        '.weight_g_idx': ['I32', 96],
      },
    ],
  ];
  const SIZES = { F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, I32: 4, U32: 4, I64: 8, I8: 1, U8: 1 } as const;

  test.each(WRITTEN)('of %s counts all that lies beside its weights', async (_, of) => {
    const { tensor, weights } = await read({ ...without('mlp.down_proj'), ...pieces(`${layer}.mlp.down_proj`, of) });
    const bytes = Object.values(of).reduce(
      (sum, [dtype, ...sides]) => sum + SIZES[dtype] * sides.reduce((a, b) => a * b, 1),
      0,
    );
    expect(tensor('down').bytes).toBe(bytes);
    expect(tensor('down').types).toHaveLength(1);
    expect(weights.unread).toEqual({ tensors: 0, bytes: 0 });
  });

  test.each([
    'self_attn.k_scale',
    'self_attn.attn.v_scale',
    'self_attn.k_proj.k_scale',
    'self_attn.kv_scale',
    'self_attn.q_scale',
  ])('with a scale of its cache, %s, counts it with the projections', async (name) => {
    const { tensor } = await read({ ...ALL, [`${layer}.${name}`]: ['F32', 1] });
    expect(tensor('qkv')).toMatchObject({ bytes: 2 * 128 * 64 + 4, types: ['BF16'] });
  });

  test('whose index names its files in any way is read from any of them', async () => {
    const [first, second] = ['shard-a.safetensors', 'shard-b.safetensors'];
    const files = filesOf({
      'config.json': JSON.stringify(LLAMA),
      [first as string]: safetensorsBytes({ ...AROUND, ...HEAD }),
      [second as string]: safetensorsBytes(PROJECTIONS),
      'model.safetensors.index.json': `\ufeff${JSON.stringify({
        weight_map: Object.fromEntries(Object.keys(ALL).map((name) => [name, name in PROJECTIONS ? second : first])),
      })}`,
    });
    for (const name of [first, second]) {
      const { weights } = await readModel(files, name as string);
      expect(weightBytesHeld(weights?.tensors ?? [])).toBe(2 * weightsIn(ALL));
    }
  });

  test('is whole, though its name says that it is a part', async () => {
    const name = 'model-00002-of-00002.safetensors';
    const files = (tensors: SafeTensors) =>
      filesOf({ 'config.json': JSON.stringify(LLAMA), [name]: safetensorsBytes(tensors) });
    const { weights } = await readModel(files(ALL), name);
    expect(weightBytesHeld(weights?.tensors ?? [])).toBe(2 * weightsIn(ALL));
    await expect(readModel(files(PROJECTIONS), name)).rejects.toThrow(
      'model-00001-of-00002.safetensors: is not there: give all 2 parts',
    );
  });

  test('of gpt-oss has experts in mxfp4 blocks, biases and sinks', async () => {
    const config = {
      ...{ model_type: 'gpt_oss', hidden_size: 64, intermediate_size: 96, head_dim: 16, vocab_size: 10 },
      ...{ num_attention_heads: 4, num_key_value_heads: 2, num_hidden_layers: 1 },
      ...{ num_local_experts: 2, num_experts_per_tok: 1 },
    };
    const layer = 'model.layers.0';
    const { 'model.layers.0.self_attn.o_proj.weight': o } = PROJECTIONS;
    const attention = Object.fromEntries(Object.entries(PROJECTIONS).filter(([name]) => /\.[qkv]_proj/.test(name)));
    const tensors: SafeTensors = {
      ...{ ...AROUND, ...HEAD, ...attention },
      ...(o && { [`${layer}.self_attn.o_proj.weight`]: o }),
      ...pieces(`${layer}.self_attn`, {
        '.q_proj.bias': ['BF16', 64],
        '.k_proj.bias': ['BF16', 32],
        '.v_proj.bias': ['BF16', 32],
        '.o_proj.bias': ['BF16', 64],
        '.sinks': ['BF16', 4],
      }),
      ...pieces(`${layer}.mlp.router`, { '.weight': ['BF16', 2, 64], '.bias': ['BF16', 2] }),
      ...pieces(`${layer}.mlp.experts.gate_up_proj`, {
        _blocks: ['U8', 2, 192, 2, 16],
        _scales: ['U8', 2, 192, 2],
        _bias: ['BF16', 2, 192],
      }),
      ...pieces(`${layer}.mlp.experts.down_proj`, {
        _blocks: ['U8', 2, 64, 3, 16],
        _scales: ['U8', 2, 64, 3],
        _bias: ['BF16', 2, 64],
      }),
    };
    const { tensor } = await read(tensors, config);
    expect(tensor('expert gate and up').bytes).toBe(2 * 192 * 2 * 17);
    expect(nearestFormat(tensor('expert gate and up'))).toEqual({ format: 'mxfp4', fileBits: 4.25, formatBits: 4.25 });
    expect(tensor('expert gate and up bias')).toMatchObject({ bytes: 2 * 2 * 192, types: ['BF16'] });
    expect(tensor('sinks').bytes).toBe(8);
  });

  test('of DeepSeek has single experts, and keys and values in one matrix', async () => {
    const config = {
      ...{ model_type: 'deepseek_v3', hidden_size: 64, intermediate_size: 96, vocab_size: 10 },
      ...{ num_attention_heads: 2, num_hidden_layers: 1, q_lora_rank: 24, kv_lora_rank: 32 },
      ...{ qk_nope_head_dim: 24, qk_rope_head_dim: 8, v_head_dim: 16 },
      ...{ n_routed_experts: 2, num_experts_per_tok: 1, n_shared_experts: 1, first_k_dense_replace: 0 },
      moe_intermediate_size: 16,
    };
    const layer = 'model.layers.0';
    const gated: Readonly<Record<string, SafeTensors[string]>> = {
      '.gate_proj.weight': ['BF16', 16, 64],
      '.up_proj.weight': ['BF16', 16, 64],
      '.down_proj.weight': ['BF16', 64, 16],
    };
    const tensors: SafeTensors = {
      ...{ ...AROUND, ...HEAD },
      ...pieces(`${layer}.self_attn`, {
        '.q_a_proj.weight': ['BF16', 24, 64],
        '.q_a_layernorm.weight': ['BF16', 24],
        '.q_b_proj.weight': ['BF16', 64, 24],
        '.kv_a_proj_with_mqa.weight': ['BF16', 40, 64],
        '.kv_a_layernorm.weight': ['BF16', 32],
        '.kv_b_proj.weight': ['BF16', 2 * (24 + 16), 32],
        '.o_proj.weight': ['BF16', 64, 32],
      }),
      ...pieces(`${layer}.mlp.gate`, { '.weight': ['BF16', 2, 64], '.e_score_correction_bias': ['F32', 2] }),
      ...pieces(`${layer}.mlp.experts.0`, gated),
      ...pieces(`${layer}.mlp.experts.1`, gated),
      ...pieces(`${layer}.mlp.shared_experts`, gated),
    };
    const { weights, tensor } = await read(tensors, config);
    expect([tensor('key up').bytes, tensor('value up').bytes]).toEqual([2 * 2 * 24 * 32, 2 * 2 * 16 * 32]);
    expect(tensor('expert down')).toMatchObject({ bytes: 2 * 2 * 64 * 16, count: 2, reads: { picked: 1 } });
    expect(weightBytesHeld(weights.tensors)).toBe(2 * weightsIn(tensors) + 2 * 2);
  });
});

describe('the error of a bad safetensors file is one line with its name and what is wrong', () => {
  const good = safetensorsBytes(ALL);
  const withHeader = (json: string): Uint8Array<ArrayBuffer> => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  const claiming = (length: bigint): Uint8Array<ArrayBuffer> => {
    const bytes = good.slice();
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    return bytes;
  };
  const { 'model.layers.0.self_attn.k_proj.weight': _, ...lacking } = ALL;
  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['empty', new Uint8Array(), /is empty/],
    ['three bytes', good.slice(0, 3), /is cut off: it has 3 bytes/],
    ['a header of 2 GB', claiming(2n ** 31n), /length of its header, at most 48000000 bytes; got 2147483648/],
    [
      'a header longer than the file',
      claiming(40_000_000n),
      /cut off: its header ends at byte 40000008, and the file at/,
    ],
    ['cut off in its data', good.slice(0, -1), /is cut off: its tensors take \d+ bytes, and the file has \d+ of them/],
    [
      'longer than its tensors',
      new Uint8Array([...good, 0]),
      /its tensors take \d+ bytes, and behind its header there are \d+$/,
    ],
    ['no JSON', withHeader('{"a":'), /its header must be JSON that maps tensors/],
    [
      'no object',
      withHeader('3'),
      /its header must be JSON that maps tensors.*; at line 1, column 1 there is "3" in place of an object/,
    ],
    ['no tensors', withHeader('{}'), /has no tensor for the embedding/],
    [
      'a tensor without a place',
      withHeader('{"a":{"dtype":"F16","shape":[1]}}'),
      /maps tensors to dtype, shape and data_offsets; "a\.data_offsets"/,
    ],
    [
      'a place of another size',
      withHeader('{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,3]}}'),
      /"a" must take 4 bytes by its shape; its place has 3/,
    ],
    [
      'an unknown dtype',
      withHeader('{"a":{"dtype":"F7","shape":[],"data_offsets":[0,3]}}'),
      /dtype of "a" must be one of F64, .*; got "F7"/,
    ],
    ['a missing tensor', safetensorsBytes(lacking), /the qkv of layer 0 must have 8192 weights.*it has 6144/],
    [
      'a tensor of no model',
      safetensorsBytes({ ...ALL, 'adapter.weight': ['F32', 1] }),
      /has a tensor "adapter\.weight"/,
    ],
  ])('%s', async (_, bytes, message) => {
    const files = filesOf({ 'config.json': JSON.stringify(LLAMA), 'm.safetensors': bytes });
    const error = await readModel(files, 'm.safetensors').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelFileError);
    expect((error as ModelFileError).message).toMatch(message);
    expect((error as ModelFileError).message).toMatch(/^m\.safetensors: [^\n]*$/);
  });

  test('a file without its config, and an index with paths to other folders, are refused', async () => {
    await expect(readModel(filesOf({ 'm.safetensors': good }), 'm.safetensors')).rejects.toThrow(
      'config.json: is not there: m.safetensors holds tensors, and only the config says what they are for',
    );
    const zip = Uint8Array.from([0x50, 0x4b, 3, 4, ...new Array(64).fill(7)]);
    await expect(readModel(filesOf({ 'm.safetensors': zip }), 'm.safetensors')).rejects.toThrow(
      /^m\.safetensors: is a ZIP archive: unpack it/,
    );
    const weight_map = { 'lm_head.weight': '../../secret' };
    const files = filesOf({
      'config.json': JSON.stringify(LLAMA),
      'm.safetensors.index.json': JSON.stringify({ weight_map }),
    });
    await expect(readModel(files, 'm.safetensors.index.json')).rejects.toThrow(/^m\..*json: must be an index/);
  });
});
