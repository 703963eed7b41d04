import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  filesOf,
  type GgufFile,
  ggmlBytes,
  ggufBytes,
  ggufDataBytes,
  ggufHeader,
  sourceOf,
  TINY_LLAMA,
} from '../../../../tests/support/models/model-files.ts';
import { kvBytesPerToken, weightBytesHeld, weightBytesRead } from '../../models/accounting.ts';
import { readModel } from '../read-model.ts';
import { ModelFileError } from '../source.ts';

const MiB = 2 ** 20;

const dataBytes = (file: GgufFile): number =>
  file.tensors.reduce((total, [, type, ...shape]) => total + ggmlBytes(type, shape), 0);

const read = (file: GgufFile) => readModel(filesOf({ 'm.gguf': ggufBytes(file) }), 'm.gguf');

const with_ = (file: GgufFile, metadata: GgufFile['metadata'], tensors: GgufFile['tensors'] = []): GgufFile => ({
  metadata: { ...file.metadata, ...metadata },
  tensors: [...file.tensors, ...tensors],
});

describe('a GGUF file', () => {
  test('gives its model and the bytes of every tensor', async () => {
    const { model, weights } = await read(TINY_LLAMA);
    expect(model).toMatchObject({
      id: 'm.gguf',
      name: 'Tiny\ufffd[31m Llama',
      hidden: 256,
      vocabulary: 96,
      tied: false,
    });
    expect(model.layers).toHaveLength(2);
    expect(model.layers[1]).toMatchObject({
      attention: { kind: 'grouped', queryHeads: 4, kvHeads: 2, headDim: 64 },
      mlp: { kind: 'dense', ffn: 512 },
    });
    if (!weights) throw new Error('no weights');
    const qkv = weights.tensors.find(({ name, layer }) => name === 'qkv' && layer === 1);
    // 384 rows in blocks of 256 values and 144 bytes, 128 in blocks of 210.
    expect(qkv).toMatchObject({ bytes: 384 * 144 + 128 * 210, types: ['Q4_K', 'Q6_K'], rows: 512, columns: 256 });
    expect(weights.unread).toEqual({ tensors: 1, bytes: 32 * 4 });
    expect(weightBytesHeld(weights.tensors)).toBe(dataBytes(TINY_LLAMA) - 32 * 4);
    const embedding = ggmlBytes('Q4_0', [256, 96]);
    expect(weightBytesRead(weights.tensors, 3)).toBe(dataBytes(TINY_LLAMA) - 32 * 4 - embedding + (3 * embedding) / 96);
  });

  test('without an output is tied, and its embedding is the head', async () => {
    const tensors = TINY_LLAMA.tensors.filter(([name]) => name !== 'output.weight');
    const { model, weights } = await read({ ...TINY_LLAMA, tensors });
    expect(model.tied).toBe(true);
    if (!weights) throw new Error('no weights');
    expect(weightBytesHeld(weights.tensors)).toBe(dataBytes({ ...TINY_LLAMA, tensors }) - 32 * 4);
    const [embedding, head] = [weights.tensors[0], weights.tensors.at(-1)];
    expect([embedding?.bytes, head?.bytes]).toEqual([96 * 144, 96 * 144]);
  });

  test('of 40 GB is read only to the end of its header', async () => {
    // The embedding alone makes it so large.
    const rows = Math.ceil(40e9 / 144 / 2) * 2;
    const file: GgufFile = {
      ...TINY_LLAMA,
      tensors: [
        ['token_embd.weight', 'Q4_0', 256, rows],
        ...TINY_LLAMA.tensors.slice(1, -1),
        ['output.weight', 'F16', 256, rows],
      ],
    };
    const size = ggufHeader(file).length + ggufDataBytes(file);
    expect(size).toBeGreaterThan(40e9);
    const source = sourceOf(ggufHeader(file), size);
    const { model } = await readModel(filesOf({ 'm.gguf': source }), 'm.gguf');
    expect(model.vocabulary).toBe(rows);
    expect(source.read).toBeLessThan(5 * MiB);
  });

  test('with a vocabulary of several chunks is read in as many', async () => {
    const tokens = Array.from({ length: 200_000 }, (_, i) => `a token with a long name: ${i}`);
    const file = with_(TINY_LLAMA, { 'tokenizer.ggml.tokens': tokens });
    const source = sourceOf(ggufBytes(file));
    expect(ggufHeader(file).length).toBeGreaterThan(6 * MiB);
    const { model } = await readModel(filesOf({ 'm.gguf': source }), 'm.gguf');
    expect(model.layers).toHaveLength(2);
    expect(source.read).toBeLessThanOrEqual(source.size + 24);
  });

  test('in parts is read from all parts, whichever is named', async () => {
    const [first, second] = [
      { metadata: TINY_LLAMA.metadata, tensors: TINY_LLAMA.tensors.slice(0, 9) },
      { metadata: { 'split.no': 1, 'split.count': 2 }, tensors: TINY_LLAMA.tensors.slice(9) },
    ];
    const names = ['m-00001-of-00002.gguf', 'm-00002-of-00002.gguf'] as const;
    const parts = { [names[0]]: ggufBytes(first), [names[1]]: ggufBytes(second) };
    for (const name of names) {
      const { weights } = await readModel(filesOf(parts), name);
      expect(weightBytesHeld(weights?.tensors ?? [])).toBe(dataBytes(TINY_LLAMA) - 32 * 4);
    }
    const alone = filesOf({ [names[1]]: ggufBytes(second) });
    await expect(readModel(alone, names[1])).rejects.toThrow('m-00001-of-00002.gguf: is not there: give all 2 parts');
  });
});

describe('a GGUF file as people have them', () => {
  const held = async (file: GgufFile) => weightBytesHeld((await read(file)).weights?.tensors ?? []);
  const windows = async (metadata: GgufFile['metadata']) =>
    (await read(with_(TINY_LLAMA, metadata))).model.layers.map(({ attention: a }) =>
      'window' in a ? a.window : undefined,
    );

  test('says by a window of 0 that there is none', async () => {
    expect(await windows({ 'llama.attention.sliding_window': 0 })).toEqual([undefined, undefined]);
    expect(await windows({ 'llama.attention.sliding_window': 64 })).toEqual([64, 64]);
  });

  test('says of each layer whether it has the window', async () => {
    const pattern = { 'llama.attention.sliding_window_pattern': [true, false] };
    expect(await windows({ ...pattern, 'llama.attention.sliding_window': 64 })).toEqual([64, undefined]);
    expect(await windows({ ...pattern, 'llama.attention.sliding_window': 0 })).toEqual([undefined, undefined]);
  });

  test('repeats a value for each layer', async () => {
    const { model } = await read(
      with_(TINY_LLAMA, { 'llama.attention.head_count_kv': [2, 2], 'llama.feed_forward_length': [512, 512] }),
    );
    expect(model.layers[1]).toMatchObject({ attention: { kvHeads: 2 }, mlp: { ffn: 512 } });
    await expect(read(with_(TINY_LLAMA, { 'llama.attention.head_count_kv': [2, 4] }))).rejects.toThrow(
      'the qkv of layer 1 must have 196608 weights by the file’s own metadata; it has 131072',
    );
  });

  test('has scales beside its weights, which count with them and are no format of their own', async () => {
    const tensors = TINY_LLAMA.tensors.flatMap(([name, type, ...shape]): GgufFile['tensors'] =>
      type === 'Q4_K'
        ? [
            [name, 'NVFP4', ...shape],
            [name.replace('weight', 'scale'), 'F32', 1],
            [name.replace('weight', 'input_scale'), 'F32', 1],
          ]
        : [[name, type, ...shape]],
    );
    const { weights } = await read({ ...TINY_LLAMA, tensors });
    expect(weightBytesHeld(weights?.tensors ?? [])).toBe(dataBytes({ ...TINY_LLAMA, tensors }) - 32 * 4);
    expect(weights?.tensors.find(({ name }) => name === 'output')?.types).toEqual(['NVFP4']);
    // A scale stands for no weights.
    const lone = tensors.filter(([name]) => name !== 'blk.0.attn_output.weight');
    await expect(read({ ...TINY_LLAMA, tensors: lone })).rejects.toThrow('has no tensor for the output of layer 0');
  });

  test('has towers for pictures and sound, which no step reads', async () => {
    const towers: GgufFile['tensors'] = [
      ['v.blk.0.attn_k.weight', 'F16', 64, 64],
      ['v.patch_embd.weight', 'F16', 64],
      ['mm.0.weight', 'F16', 64],
      ['mm.mm_input_projection.weight', 'F16', 64],
      ['a.blk.0.ln1.bias', 'F32', 64],
      ['s.position_embd', 'F32', 64],
      ['model.image_newline', 'F32', 64],
      ['v.blk.1.custom', 'F32', 4],
    ];
    const { weights } = await read(with_(TINY_LLAMA, {}, towers));
    expect(weights?.unread.tensors).toBe(1 + towers.length);
    expect(await held(with_(TINY_LLAMA, {}, towers))).toBe(await held(TINY_LLAMA));
  });

  test.each<['Q1_0' | 'Q2_0', number]>([
    ['Q1_0', 18 / 128],
    ['Q2_0', 18 / 64],
  ])('may hold %s', async (type, bytesPerWeight) => {
    const tensors = TINY_LLAMA.tensors.map(([name, old, ...shape]): GgufFile['tensors'][number] => [
      name,
      old === 'Q4_K' ? type : old,
      ...shape,
    ]);
    const { weights } = await read({ ...TINY_LLAMA, tensors });
    expect(weights?.tensors.find(({ name }) => name === 'gate and up')?.bytes).toBe(2 * 512 * 256 * bytesPerWeight);
  });

  test('is whole, though its name says that it is a part', async () => {
    const name = 'm-00001-of-00003.gguf';
    const { weights } = await readModel(filesOf({ [name]: ggufBytes(TINY_LLAMA) }), name);
    expect(weights?.tensors.length).toBeGreaterThan(0);
    const part = ggufBytes(with_(TINY_LLAMA, { 'split.count': 3 }));
    await expect(readModel(filesOf({ [name]: part }), name)).rejects.toThrow(
      'm-00002-of-00003.gguf: is not there: give all 3 parts',
    );
  });

  test.each<[string, GgufFile['metadata'], RegExp]>([
    [
      'the part for pictures',
      { 'general.architecture': 'clip' },
      /for pictures or sound \(mmproj\): give the file of the model/,
    ],
    ['an adapter', { 'general.type': 'adapter' }, /is an adapter \(LoRA\)/],
    ['an importance matrix', { 'general.type': 'imatrix' }, /is an importance matrix/],
  ])('that is %s is called so', async (_, metadata, message) => {
    await expect(read(with_(TINY_LLAMA, metadata))).rejects.toThrow(message);
  });
});

/** A small DeepSeek model with llama.cpp's names of tensors. */
const DEEPSEEK: GgufFile = {
  metadata: {
    'general.architecture': 'deepseek2',
    'deepseek2.block_count': 2,
    'deepseek2.embedding_length': 256,
    'deepseek2.feed_forward_length': 320,
    'deepseek2.attention.head_count': 4,
    'deepseek2.attention.head_count_kv': 1,
    'deepseek2.attention.q_lora_rank': 96,
    'deepseek2.attention.kv_lora_rank': 64,
    'deepseek2.attention.key_length': 48 + 16,
    'deepseek2.attention.value_length': 32,
    'deepseek2.rope.dimension_count': 16,
    'deepseek2.expert_count': 8,
    'deepseek2.expert_used_count': 2,
    'deepseek2.expert_shared_count': 1,
    'deepseek2.expert_feed_forward_length': 64,
    'deepseek2.leading_dense_block_count': 1,
  },
  tensors: [
    ['token_embd.weight', 'F16', 256, 10],
    ...[0, 1].flatMap((i): GgufFile['tensors'] => [
      [`blk.${i}.attn_norm.weight`, 'F32', 256],
      [`blk.${i}.attn_q_a.weight`, 'Q8_0', 256, 96],
      [`blk.${i}.attn_q_a_norm.weight`, 'F32', 96],
      [`blk.${i}.attn_q_b.weight`, 'Q8_0', 96, 4 * 64],
      [`blk.${i}.attn_kv_a_mqa.weight`, 'Q8_0', 256, 64 + 16],
      [`blk.${i}.attn_kv_a_norm.weight`, 'F32', 64],
      [`blk.${i}.attn_output.weight`, 'Q8_0', 4 * 32, 256],
      [`blk.${i}.ffn_norm.weight`, 'F32', 256],
    ]),
    ['blk.0.ffn_gate.weight', 'Q8_0', 256, 320],
    ['blk.0.ffn_up.weight', 'Q8_0', 256, 320],
    ['blk.0.ffn_down.weight', 'Q8_0', 320, 256],
    ['blk.1.ffn_gate_inp.weight', 'F32', 256, 8],
    ['blk.1.exp_probs_b.bias', 'F32', 8],
    ['blk.1.ffn_gate_exps.weight', 'IQ4_XS', 256, 64, 8],
    ['blk.1.ffn_up_exps.weight', 'IQ4_XS', 256, 64, 8],
    ['blk.1.ffn_down_exps.weight', 'Q8_0', 64, 256, 8],
    ['blk.1.ffn_gate_shexp.weight', 'Q8_0', 256, 64],
    ['blk.1.ffn_up_shexp.weight', 'Q8_0', 256, 64],
    ['blk.1.ffn_down_shexp.weight', 'Q8_0', 64, 256],
    // A layer that predicts a further token.
    ['blk.2.nextn.eh_proj.weight', 'Q8_0', 512, 256],
    ['output_norm.weight', 'F32', 256],
    ['output.weight', 'Q8_0', 256, 10],
  ],
};

/** The matrix of keys and values from latents, as older files have it. */
const TOGETHER = [0, 1].map((i): GgufFile['tensors'][number] => [
  `blk.${i}.attn_kv_b.weight`,
  'Q8_0',
  64,
  4 * (48 + 32),
]);
/** The absorbed matrices of keys and of values, as newer files have them. */
const ABSORBED = [0, 1].flatMap((i): GgufFile['tensors'] => [
  [`blk.${i}.attn_k_b.weight`, 'F16', 48, 64, 4],
  [`blk.${i}.attn_v_b.weight`, 'Q8_0', 64, 32, 4],
]);

describe('MLA', () => {
  const latent = { kind: 'latent', heads: 4, queryRank: 96, kvRank: 64, nopeDim: 48, ropeDim: 16, valueDim: 32 };

  test('with one matrix for keys and values divides its bytes by rows', async () => {
    const { model, weights } = await read(with_(DEEPSEEK, {}, TOGETHER));
    expect(model.layers[0]).toMatchObject({ attention: latent, mlp: { kind: 'dense', ffn: 320 } });
    expect(model.layers[1]).toMatchObject({
      attention: latent,
      mlp: { kind: 'experts', experts: 8, active: 2, ffn: 64, sharedFfn: 64, routerBias: true },
    });
    const bytesOf = (name: string) => weights?.tensors.find((t) => t.layer === 1 && t.name === name)?.bytes;
    expect(bytesOf('key up')).toBe(4 * 48 * (64 / 32) * 34);
    expect(bytesOf('value up')).toBe(4 * 32 * (64 / 32) * 34);
    expect(bytesOf('qkv down')).toBe((96 + 80) * 8 * 34);
    expect(bytesOf('expert gate and up')).toBe(2 * 8 * 64 * 136);
    expect(weights?.unread).toEqual({ tensors: 1, bytes: 16 * 34 * 256 });
    expect(kvBytesPerToken(model, 'f16')).toBe(2 * (64 + 16) * 2);
  });

  test('with absorbed matrices has the lengths of absorbed keys beside those of heads', async () => {
    const { model, weights } = await read(
      with_(
        DEEPSEEK,
        {
          'deepseek2.attention.key_length': 64 + 16,
          'deepseek2.attention.value_length': 64,
          'deepseek2.attention.key_length_mla': 48 + 16,
          'deepseek2.attention.value_length_mla': 32,
        },
        ABSORBED,
      ),
    );
    expect(model.layers[0]?.attention).toEqual(latent);
    const up = weights?.tensors.find((t) => t.layer === 0 && t.name === 'key up');
    expect(up).toMatchObject({ bytes: 4 * 64 * 48 * 2, types: ['F16'], count: 4, rows: 64, columns: 48 });
  });
});

describe('other architectures', () => {
  const base = (arch: string, more: Readonly<Record<string, number>> = {}): GgufFile['metadata'] => ({
    'general.architecture': arch,
    ...Object.fromEntries(
      Object.entries({
        block_count: 1,
        embedding_length: 64,
        feed_forward_length: 96,
        'attention.head_count': 2,
        'attention.head_count_kv': 1,
        'attention.key_length': 32,
        ...more,
      }).map(([key, value]) => [`${arch}.${key}`, value]),
    ),
  });
  const around: GgufFile['tensors'] = [
    ['token_embd.weight', 'BF16', 64, 10],
    ['output_norm.weight', 'F32', 64],
  ];
  const attention: GgufFile['tensors'] = [
    ['blk.0.attn_norm.weight', 'F32', 64],
    ['blk.0.attn_q.weight', 'BF16', 64, 64],
    ['blk.0.attn_k.weight', 'BF16', 64, 32],
    ['blk.0.attn_v.weight', 'BF16', 64, 32],
    ['blk.0.attn_output.weight', 'BF16', 64, 64],
  ];
  const dense: GgufFile['tensors'] = [
    ['blk.0.ffn_norm.weight', 'F32', 64],
    ['blk.0.ffn_gate.weight', 'BF16', 64, 96],
    ['blk.0.ffn_up.weight', 'BF16', 64, 96],
    ['blk.0.ffn_down.weight', 'BF16', 96, 64],
  ];
  const qkvBias: GgufFile['tensors'] = [
    ['blk.0.attn_q.bias', 'F32', 64],
    ['blk.0.attn_k.bias', 'F32', 32],
    ['blk.0.attn_v.bias', 'F32', 32],
  ];
  const headNorms: GgufFile['tensors'] = [
    ['blk.0.attn_q_norm.weight', 'F32', 32],
    ['blk.0.attn_k_norm.weight', 'F32', 32],
  ];

  test.each<[string, GgufFile, object]>([
    [
      'Qwen2 has biases',
      { metadata: base('qwen2'), tensors: [...around, ...attention, ...dense, ...qkvBias] },
      { attention: { qkvBias: true, outputBias: false } },
    ],
    [
      'Qwen3 has norms of heads',
      { metadata: base('qwen3'), tensors: [...around, ...attention, ...dense, ...headNorms] },
      { attention: { headNorms: true } },
    ],
    [
      'Gemma 3 has norms after attention and MLP, and a window in five of six layers',
      {
        metadata: base('gemma3', { 'attention.sliding_window': 512 }),
        tensors: [
          ...around,
          ...attention,
          ...dense,
          ...headNorms,
          ['blk.0.post_attention_norm.weight', 'F32', 64],
          ['blk.0.post_ffw_norm.weight', 'F32', 64],
        ],
      },
      { attention: { headNorms: true, window: 512 }, outputNorms: true },
    ],
    [
      'Phi-3 has one tensor for Q, K and V, and one for gate and up',
      {
        metadata: base('phi3'),
        tensors: [
          ...around,
          ['blk.0.attn_norm.weight', 'F32', 64],
          ['blk.0.attn_qkv.weight', 'BF16', 64, 128],
          ['blk.0.attn_output.weight', 'BF16', 64, 64],
          ['blk.0.ffn_norm.weight', 'F32', 64],
          ['blk.0.ffn_up.weight', 'BF16', 64, 192],
          ['blk.0.ffn_down.weight', 'BF16', 96, 64],
        ],
      },
      { mlp: { kind: 'dense', ffn: 96 } },
    ],
    [
      'Mixtral had a tensor for each expert',
      {
        metadata: base('llama', { expert_count: 2, expert_used_count: 1 }),
        tensors: [
          ...around,
          ...attention,
          ['blk.0.ffn_norm.weight', 'F32', 64],
          ['blk.0.ffn_gate_inp.weight', 'F32', 64, 2],
          ...[0, 1].flatMap((e): GgufFile['tensors'] => [
            [`blk.0.ffn_gate.${e}.weight`, 'BF16', 64, 96],
            [`blk.0.ffn_up.${e}.weight`, 'BF16', 64, 96],
            [`blk.0.ffn_down.${e}.weight`, 'BF16', 96, 64],
          ]),
        ],
      },
      { mlp: { kind: 'experts', experts: 2, active: 1, ffn: 96 } },
    ],
    [
      'Qwen3 MoE has experts and norms of heads',
      {
        metadata: base('qwen3moe', { expert_count: 2, expert_used_count: 1, expert_feed_forward_length: 32 }),
        tensors: [
          ...around,
          ...attention,
          ...headNorms,
          ['blk.0.ffn_norm.weight', 'F32', 64],
          ['blk.0.ffn_gate_inp.weight', 'F32', 64, 2],
          ['blk.0.ffn_gate_exps.weight', 'BF16', 64, 32, 2],
          ['blk.0.ffn_up_exps.weight', 'BF16', 64, 32, 2],
          ['blk.0.ffn_down_exps.weight', 'BF16', 32, 64, 2],
        ],
      },
      { mlp: { kind: 'experts', ffn: 32 }, attention: { headNorms: true } },
    ],
    [
      'gpt-oss has sinks, biases everywhere, and another name for the norm before the MLP',
      {
        metadata: base('gpt-oss', { expert_count: 2, expert_used_count: 1, 'attention.sliding_window': 128 }),
        tensors: [
          ...around,
          ...attention,
          ...qkvBias,
          ['blk.0.attn_output.bias', 'F32', 64],
          ['blk.0.attn_sinks.weight', 'F32', 2],
          ['blk.0.post_attention_norm.weight', 'F32', 64],
          ['blk.0.ffn_gate_inp.weight', 'F32', 64, 2],
          ['blk.0.ffn_gate_inp.bias', 'F32', 2],
          ['blk.0.ffn_gate_exps.weight', 'MXFP4', 64, 96, 2],
          ['blk.0.ffn_gate_exps.bias', 'F32', 96, 2],
          ['blk.0.ffn_up_exps.weight', 'MXFP4', 64, 96, 2],
          ['blk.0.ffn_up_exps.bias', 'F32', 96, 2],
          ['blk.0.ffn_down_exps.weight', 'MXFP4', 96, 64, 2],
          ['blk.0.ffn_down_exps.bias', 'F32', 64, 2],
        ],
      },
      {
        attention: { sinks: true, qkvBias: true, outputBias: true, window: 128 },
        mlp: { routerBias: true, biases: true },
      },
    ],
  ])('%s', async (_, file, layer) => {
    const { model, weights } = await read(file);
    expect(model.layers[0]).toMatchObject(layer);
    expect(weightBytesHeld(weights?.tensors ?? [])).toBe(dataBytes(file));
  });
});

describe('the error of a bad GGUF file is one line with its name and what is wrong', () => {
  const good = ggufBytes(TINY_LLAMA);
  const header = ggufHeader(TINY_LLAMA);

  /** The good file with a number written over it. */
  function patched(at: number, value: bigint): Uint8Array<ArrayBuffer> {
    const bytes = good.slice();
    new DataView(bytes.buffer).setBigUint64(at, value, true);
    return bytes;
  }
  const text = (s: string) => new TextEncoder().encode(s);
  const without = (part: string): GgufFile => ({
    ...TINY_LLAMA,
    tensors: TINY_LLAMA.tensors.filter(([n]) => n !== part),
  });
  const { 'llama.block_count': _, 'llama.embedding_length': __, ...bare } = TINY_LLAMA.metadata;
  const tokenList = 'tokenizer.ggml.tokens';
  /** Offset of the number of tokens, which follows the key and two types. */
  const tokensAt = new TextDecoder('latin1').decode(header).indexOf(tokenList) + tokenList.length + 8;

  test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    ['empty', text(''), /is empty/],
    [
      'another format',
      text('no magic and so on, for more than twenty-four bytes'),
      /must begin with "GGUF"; it begins with "no m"/,
    ],
    ['four bytes', good.slice(0, 4), /header is cut off/],
    ['an old version', patched(4, 1n), /must be GGUF version 2 or 3.*got 1/],
    ['big-endian', patched(4, 3n << 24n), /little-endian; got 50331648/],
    ['2³¹ tensors', patched(8, 2n ** 31n), /claims 2147483648 tensors .* the file has \d+/],
    ['2⁶⁴ − 1 keys', patched(16, 2n ** 64n - 1n), /claims \d+ tensors and 18446744073709551615 keys/],
    ['a key of 2 GB', patched(24, 2n ** 31n), /header is cut off or broken/],
    ['2³¹ tokens', patched(tokensAt, 2n ** 31n), /header is cut off or broken/],
    ['cut off in its header', good.slice(0, header.length - 100), /header is cut off/],
    [
      'cut off in its data',
      good.slice(0, -1),
      /cut off: its tensor "output.weight" ends at byte \d+, and the file at \d+/,
    ],
    [
      'another architecture',
      ggufBytes(with_(TINY_LLAMA, { 'general.architecture': 'mamba' })),
      /general\.architecture must be one of llama, .*gpt-oss; got "mamba"; its 22 tensors take \d+ bytes/,
    ],
    ['no architecture', ggufBytes({ ...TINY_LLAMA, metadata: {} }), /general\.architecture must be one of/],
    [
      'missing keys',
      ggufBytes({ ...TINY_LLAMA, metadata: bare }),
      /lacks llama\.block_count, llama\.embedding_length$/,
    ],
    [
      'text in place of a number',
      ggufBytes(with_(TINY_LLAMA, { 'llama.block_count': 'two' })),
      /llama\.block_count must be a whole number from 1 to 500; got "two"/,
    ],
    [
      'too many layers',
      ggufBytes(with_(TINY_LLAMA, { 'llama.block_count': 2 ** 31 })),
      /llama\.block_count must be a whole number from 1 to 500/,
    ],
    [
      'uneven groups of heads',
      ggufBytes(with_(TINY_LLAMA, { 'llama.attention.head_count_kv': 3 })),
      /head_count_kv must divide llama\.attention\.head_count; got 3 and 4/,
    ],
    ['a missing tensor', ggufBytes(without('blk.1.ffn_down.weight')), /has no tensor for the down of layer 1/],
    [
      'a missing part of a tensor',
      ggufBytes(without('blk.1.attn_k.weight')),
      /the qkv of layer 1 must have 131072 weights.*it has 98304/,
    ],
    [
      'a tensor of no model',
      ggufBytes(with_(TINY_LLAMA, {}, [['adapter.weight', 'F32', 4]])),
      /a tensor "adapter\.weight"/,
    ],
    [
      'a tensor of another model',
      ggufBytes(with_(TINY_LLAMA, {}, [['blk.0.attn_sinks.weight', 'F32', 4]])),
      /a tensor "blk\.0\.attn_sinks\.weight", which its model does not have/,
    ],
    [
      'a row of half a block',
      ggufBytes(with_(TINY_LLAMA, {}, [['blk.0.extra.weight', 'Q8_0', 16, 2]])),
      /whole blocks of 32 values \(Q8_0\); it has 16/,
    ],
    [
      'a quantised tensor without sides',
      ggufBytes(with_(TINY_LLAMA, {}, [['blk.0.extra.weight', 'Q8_0']])),
      /whole blocks of 32 values \(Q8_0\); it has 1$/,
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await readModel(filesOf({ 'm.gguf': bytes }), 'm.gguf').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ModelFileError);
    const { message: line } = error as ModelFileError;
    expect(line).toMatch(message);
    expect(line).toMatch(/^m\.gguf: [^\n]*$/);
  });

  test('tensors that overlap, or of an unknown type, are refused', async () => {
    const name = 'output.weight';
    const at = new TextDecoder('latin1').decode(header).lastIndexOf(name) + name.length + 4 + 16;
    const read = (bytes: Uint8Array<ArrayBuffer>) => readModel(filesOf({ 'm.gguf': bytes }), 'm.gguf');
    const view = (bytes: Uint8Array<ArrayBuffer>) => new DataView(bytes.buffer);
    const [typed, moved] = [good.slice(), good.slice()];
    view(typed).setUint32(at, 99, true);
    await expect(read(typed)).rejects.toThrow(
      /type of "output\.weight" must be one that ggml has, up to 42 \(Q2_0\); got 99/,
    );
    view(moved).setBigUint64(at + 4, 32n, true);
    await expect(read(moved)).rejects.toThrow(/overlap/);
  });

  test('a file that is cut anywhere is refused; with any byte changed, it is read or refused', async () => {
    const outcome = (bytes: Uint8Array<ArrayBuffer>) =>
      readModel(filesOf({ 'm.gguf': bytes }), 'm.gguf').then(
        () => 'read',
        (error: unknown) => {
          if (!(error instanceof ModelFileError)) throw error;
          expect(error.message).toMatch(/^m\.gguf: [^\n]*$/);
          return 'refused';
        },
      );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: good.length - 1 }), async (length) => {
        expect(await outcome(good.slice(0, length))).toBe('refused');
      }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: header.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        async (at, byte) => {
          const bytes = good.slice();
          bytes[at] = byte;
          await outcome(bytes);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('linear attention', () => {
  // Two layers of Qwen3.5: 4 value heads and 2 key heads of 32, then attention with a gate beside the queries.
  const file: GgufFile = {
    metadata: {
      ...{ 'general.architecture': 'qwen35', 'qwen35.block_count': 2, 'qwen35.embedding_length': 256 },
      ...{ 'qwen35.feed_forward_length': 512, 'qwen35.attention.head_count': 4, 'qwen35.attention.head_count_kv': 2 },
      ...{ 'qwen35.attention.key_length': 64, 'qwen35.full_attention_interval': 2, 'qwen35.ssm.conv_kernel': 4 },
      ...{ 'qwen35.ssm.state_size': 32, 'qwen35.ssm.group_count': 2, 'qwen35.ssm.time_step_rank': 4 },
      'qwen35.ssm.inner_size': 128,
    },
    tensors: [
      ['token_embd.weight', 'Q4_0', 256, 96],
      ['output_norm.weight', 'F32', 256],
      ['output.weight', 'Q6_K', 256, 96],
      ['blk.0.attn_norm.weight', 'F32', 256],
      ['blk.0.attn_qkv.weight', 'Q4_K', 256, 256],
      ['blk.0.attn_gate.weight', 'Q4_K', 256, 128],
      ['blk.0.ssm_beta.weight', 'F32', 256, 4],
      ['blk.0.ssm_alpha.weight', 'F32', 256, 4],
      ['blk.0.ssm_conv1d.weight', 'F32', 4, 256],
      ['blk.0.ssm_a', 'F32', 4],
      ['blk.0.ssm_dt.bias', 'F32', 4],
      ['blk.0.ssm_norm.weight', 'F32', 32],
      ['blk.0.ssm_out.weight', 'Q8_0', 128, 256],
      ['blk.1.attn_norm.weight', 'F32', 256],
      ['blk.1.attn_q.weight', 'Q4_K', 256, 512],
      ['blk.1.attn_k.weight', 'Q4_K', 256, 128],
      ['blk.1.attn_v.weight', 'Q6_K', 256, 128],
      ['blk.1.attn_q_norm.weight', 'F32', 64],
      ['blk.1.attn_k_norm.weight', 'F32', 64],
      ['blk.1.attn_output.weight', 'Q4_K', 256, 256],
      ...[0, 1].flatMap((i): GgufFile['tensors'] => [
        [`blk.${i}.post_attention_norm.weight`, 'F32', 256],
        [`blk.${i}.ffn_gate.weight`, 'Q4_K', 256, 512],
        [`blk.${i}.ffn_up.weight`, 'Q4_K', 256, 512],
        [`blk.${i}.ffn_down.weight`, 'Q6_K', 512, 256],
      ]),
    ],
  };

  test('is read out of a GGUF, with the bytes of each tensor', async () => {
    const { model, weights } = await readModel(filesOf({ 'm.gguf': ggufBytes(file) }), 'm.gguf');
    expect(model.layers.map(({ attention }) => attention.kind)).toEqual(['delta', 'grouped']);
    const all = file.tensors.reduce((total, [, type, ...shape]) => total + ggmlBytes(type, shape), 0);
    expect(weightBytesHeld(weights?.tensors ?? [])).toBe(all);
  });
});
