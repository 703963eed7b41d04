/** Model files of strangers: config.json, GGUF and safetensors, true to their form but for a few values, or garbled. */

import { type GgufFile, ggufBytes, ggufDataBytes, ggufHeader, TINY_LLAMA } from '../support/models/model-files.ts';
import type { Dice } from './dice.ts';
import { garbled, ODD_NUMBERS, oddText, oddValue } from './odd.ts';

/** A file: how it begins, and its size, up to which zeros follow. */
export interface StrangeFile {
  readonly name: string;
  readonly head: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

/** Files in one folder, of which the first is to be read. */
export type StrangeFiles = readonly [StrangeFile, ...StrangeFile[]];

/** The maximum size of a file: what file systems hold of zeros without a disk of that size. */
const MAX_SIZE = 2 ** 40;

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const fileOf = (name: string, head: Uint8Array<ArrayBuffer>, size = head.length): StrangeFile => ({
  ...{ name, head },
  size: Math.max(head.length, Math.min(MAX_SIZE, Number.isFinite(size) ? Math.floor(size) : MAX_SIZE)),
});

const GROUPED = {
  ...{ hidden_size: 256, intermediate_size: 512, vocab_size: 1000, num_hidden_layers: 2 },
  ...{ num_attention_heads: 4, num_key_value_heads: 2, tie_word_embeddings: false, sliding_window: null },
};
const EXPERTS = { num_local_experts: 8, num_experts_per_tok: 2 };
const LATENT = {
  ...{ q_lora_rank: 64, kv_lora_rank: 32, qk_nope_head_dim: 32, qk_rope_head_dim: 16, v_head_dim: 32 },
  ...{ n_routed_experts: 8, n_shared_experts: 1, num_experts_per_tok: 2, first_k_dense_replace: 1 },
  ...{ moe_intermediate_size: 128, moe_layer_freq: 1 },
};

/** A config of each architecture. */
const CONFIGS: readonly Readonly<Record<string, unknown>>[] = [
  ...['llama', 'mistral', 'phi3', 'qwen2', 'qwen3', 'gemma2'].map((model_type) => ({ model_type, ...GROUPED })),
  { model_type: 'mixtral', ...GROUPED, ...EXPERTS },
  { model_type: 'gpt_oss', ...GROUPED, ...EXPERTS, layer_types: ['sliding_attention', 'full_attention'] },
  { model_type: 'qwen3_moe', ...GROUPED, num_experts: 8, num_experts_per_tok: 2, moe_intermediate_size: 64 },
  { model_type: 'gemma3', text_config: { ...GROUPED, head_dim: 64, sliding_window_pattern: 6 }, vision_config: {} },
  { model_type: 'deepseek_v3', ...GROUPED, ...LATENT },
  { model_type: 'kimi_k2', ...GROUPED, ...LATENT, q_lora_rank: null },
];

/** Further keys that change a model's shape. */
const KEYS = [
  ...['head_dim', 'attention_bias', 'mlp_bias', 'use_sliding_window', 'max_window_layers', 'layer_types'],
  ...['decoder_sparse_step', 'mlp_only_layers', 'model_type', 'text_config', '__proto__', 'constructor'],
  ...['quantization_config', 'num_key_value_heads', 'sliding_window_pattern'],
];

/** A side of a tensor, or a number of them. */
const side = (dice: Dice): number =>
  dice.pick([0, 1, 2, 3, 64, 4096, 500, 501, 1e6, 2 ** 31 - 1, 2 ** 31, dice.between(1, 100_000)]);

function changedConfig(config: Readonly<Record<string, unknown>>, dice: Dice): Record<string, unknown> {
  const changed: Record<string, unknown> = { ...config };
  for (let i = dice.below(4); i > 0; i--) {
    const key = dice.pick([...Object.keys(config), ...KEYS]);
    if (dice.chance(0.1)) delete changed[key];
    else Object.defineProperty(changed, key, { ...OWN, value: configValue(dice) });
  }
  return changed;
}

/** A number, the same one for each layer, or anything. */
function configValue(dice: Dice): unknown {
  if (dice.chance(0.6)) return side(dice);
  return dice.chance(0.2) ? Array(dice.pick([1, 2, 500, 501])).fill(side(dice)) : oddValue(dice);
}

/** How a key is put into an object that assignment would lose, `__proto__`. */
const OWN = { enumerable: true, configurable: true, writable: true };

function configText(dice: Dice): string {
  const text = JSON.stringify(changedConfig(dice.pick(CONFIGS), dice), null, dice.pick([0, 0, 1]));
  return dice.chance(0.3) ? garbled(text, dice) : text;
}

/** A text in an encoding that editors write; most are UTF-8. */
function encoded(text: string, dice: Dice): Uint8Array<ArrayBuffer> {
  if (dice.chance(0.9)) return utf8(text);
  const marked = `${dice.chance(0.7) ? '\ufeff' : ''}${text}`;
  if (dice.chance(0.3)) return utf8(marked);
  const [view, isLittle] = [new DataView(new ArrayBuffer(2 * marked.length)), dice.chance(0.7)];
  for (let i = 0; i < marked.length; i++) view.setUint16(2 * i, marked.charCodeAt(i), isLittle);
  return new Uint8Array(view.buffer);
}

/** How files begin that are no models. */
const OTHERS = [
  ...[
    'PK\u0003\u0004',
    '\u001f\u008b\b',
    '%PDF-1.7',
    '\u0080\u0002\u008a',
    '\b\u0007\u0012\u0007pytorch',
    '7z¼¯\u0027\u001c',
  ],
  ...[
    '<!DOCTYPE html>',
    '<?xml',
    'version https://git-lfs.github.com/spec/v1\nsize 1\n',
    'Entry not found',
    'GGUF',
    'tjgg',
  ],
];

/** A file, or one of its name that is something else. */
const orOther = (file: StrangeFile, dice: Dice): StrangeFile =>
  dice.chance(0.97)
    ? file
    : fileOf(
        file.name,
        Uint8Array.from(dice.pick(OTHERS), (c) => c.charCodeAt(0)),
        file.size,
      );

export const strangeConfig = (dice: Dice): StrangeFiles => [
  orOther(fileOf('config.json', encoded(configText(dice), dice)), dice),
];

/** What may lie beside a model's own tensors. */
const BESIDE_GGUF = [
  ...['blk.0.attn_q.scale', 'blk.0.attn_q.input_scale', 'output.scale', 'v.blk.0.attn_k.weight', 'mm.0.weight', 'a.x'],
  ...['blk.0.attn_q.bias', 'blk.0.ffn_down.bias', 'blk.9.nextn.eh_proj.weight', 'rope_freqs.weight', 'blk.0.scale'],
];

/** A GGUF file with odd values in its metadata, and odd tensors. */
function changedGguf(file: GgufFile, dice: Dice): GgufFile {
  const metadata: Record<string, GgufFile['metadata'][string]> = { ...file.metadata };
  let tensors = [...file.tensors];
  for (let i = dice.below(4); i > 0; i--) {
    const key = dice.pick([...Object.keys(metadata), ...MORE_KEYS, oddText(dice, 300)]);
    switch (dice.below(6)) {
      case 0:
        delete metadata[key];
        break;
      case 1:
        metadata[key] = oddText(dice);
        break;
      case 2:
        metadata[key] = dice.chance(0.7) ? Math.min(2 ** 32 - 1, side(dice)) : dice.pick([0.5, -0.5, 1e30, true]);
        break;
      case 3:
        metadata[key] = dice.chance(0.5)
          ? Array(dice.pick([1, 2, 500])).fill(dice.pick([2, 4, 256, 512]))
          : Array.from({ length: dice.pick([0, 1, 3, 501]) }, () => side(dice) % 2 ** 32);
        break;
      case 4:
        tensors = dice.chance(0.5)
          ? tensors.filter(() => !dice.chance(0.2))
          : [...tensors, [dice.pick(BESIDE_GGUF), dice.pick(['F32', 'F16'] as const), dice.pick([1, 64])]];
        break;
      default:
        tensors = tensors.map(([name, type, ...shape]) => {
          if (!dice.chance(0.1)) return [name, type, ...shape] as const;
          const sides = dice.chance(0.5) ? shape.map(() => side(dice)) : [...shape, side(dice)];
          return [
            dice.chance(0.3) ? oddText(dice, 300) : name,
            dice.pick(['F32', 'Q4_K', 'BF16', 'NVFP4', 'Q1_0'] as const),
            ...sides,
          ];
        });
    }
  }
  return { metadata, tensors };
}

const MORE_KEYS = [
  ...['llama.expert_count', 'llama.vocab_size', 'llama.attention.sliding_window', 'general.type', 'split.count'],
  ...['llama.attention.sliding_window_pattern', 'general.alignment'],
];

/** Bytes with something done to them: cut, flipped, or a number of eight bytes in place of others. */
function flipped(bytes: Uint8Array<ArrayBuffer>, dice: Dice): Uint8Array<ArrayBuffer> {
  const out = bytes.slice(0, dice.chance(0.2) ? dice.below(bytes.length + 1) : bytes.length);
  // What a header counts stands at its beginning.
  const at = () => dice.below(Math.max(1, dice.chance(0.5) ? Math.min(64, out.length) : out.length));
  for (let i = dice.below(4); i > 0; i--) {
    const place = at();
    if (dice.chance(0.5) || place + 8 > out.length) out[place] = dice.below(256);
    else new DataView(out.buffer).setBigUint64(place, dice.pick(COUNTS), true);
  }
  return out;
}

const COUNTS = [0n, 1n, 2n ** 16n, 2n ** 24n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

export function strangeGguf(dice: Dice): StrangeFiles {
  if (dice.chance(0.05)) return [fileOf('m.gguf', flipped(ggufBytes(TINY_LLAMA), dice))];
  const file = changedGguf(TINY_LLAMA, dice);
  const header = ggufHeader(file);
  const size = header.length + ggufDataBytes(file);
  const name = dice.chance(0.9) ? 'm.gguf' : dice.pick(PART_NAMES).replace('.safetensors', '.gguf');
  return [orOther(fileOf(name, dice.chance(0.4) ? flipped(header, dice) : header, size), dice)];
}

/** Names of parts, of which most are alone. */
const PART_NAMES = [
  ...['model-00001-of-00001.safetensors', 'model-00000-of-00001.safetensors', 'model-00001-of-00002.safetensors'],
  ...[
    'model_0_of_2.safetensors',
    'm-999999999-of-999999999.safetensors',
    'm-1-of-1000.safetensors',
    'm-0-of-0.safetensors',
  ],
];

type Entry = { dtype: unknown; shape: unknown; data_offsets: unknown };

/** The tensors of a Llama of one layer, as the header of a safetensors file has them. */
function llamaEntries(): Record<string, Entry> {
  const shapes: Readonly<Record<string, readonly number[]>> = {
    'model.embed_tokens.weight': [10, 64],
    'model.norm.weight': [64],
    'lm_head.weight': [10, 64],
    'model.layers.0.input_layernorm.weight': [64],
    'model.layers.0.post_attention_layernorm.weight': [64],
    'model.layers.0.self_attn.q_proj.weight': [64, 64],
    'model.layers.0.self_attn.k_proj.weight': [32, 64],
    'model.layers.0.self_attn.v_proj.weight': [32, 64],
    'model.layers.0.self_attn.o_proj.weight': [64, 64],
    'model.layers.0.mlp.gate_proj.weight': [96, 64],
    'model.layers.0.mlp.up_proj.weight': [96, 64],
    'model.layers.0.mlp.down_proj.weight': [64, 96],
  };
  let end = 0;
  const entries = Object.entries(shapes).map(([name, shape]) => {
    const begin = end;
    end += 2 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: 'BF16', shape, data_offsets: [begin, end] }] as const;
  });
  return Object.fromEntries(entries);
}

const LLAMA = {
  ...{ model_type: 'llama', hidden_size: 64, intermediate_size: 96, vocab_size: 10 },
  ...{ num_attention_heads: 4, num_key_value_heads: 2, num_hidden_layers: 1 },
};

const DTYPES = ['F32', 'F16', 'BF16', 'F8_E4M3', 'I32', 'U32', 'U8', 'I64', 'BOOL', 'F4', 'bogus'];

/** What quantised modules have beside their weights, or in their place. */
const RESTS = [
  ...['qweight', 'qzeros', 'scales', 'g_idx', 'bias', 'biases', 'weight_scale', 'weight_scale_inv', 'weight_scale_2'],
  ...['input_scale', 'weight_packed', 'weight_shape', 'weight.absmax', 'weight.quant_state.bitsandbytes__nf4', 'SCB'],
  ...['k_scale', 'q_weight', 'trellis', 'x', ''],
];

/** The name of what is beside a tensor, or in its place. */
const beside = (name: string, dice: Dice): string => name.replace(/weight$/, dice.pick(RESTS));

function changedEntries(dice: Dice): Record<string, Entry> {
  let entries = Object.entries(llamaEntries());
  for (let i = dice.below(4); i > 0; i--) {
    const [name, entry] = dice.pick(entries);
    const others = entries.filter(([other]) => other !== name);
    const odd = dice.pick<Partial<Entry>>([
      { dtype: dice.pick(DTYPES) },
      { shape: [side(dice), side(dice)] },
      { shape: oddValue(dice) },
      { data_offsets: [dice.pick(ODD_NUMBERS), dice.pick(ODD_NUMBERS)] },
      { data_offsets: oddValue(dice) },
    ]);
    const named = dice.chance(0.3) ? oddText(dice, 300) : dice.chance(0.3) ? beside(name, dice) : name;
    entries = [...others, [named, { ...entry, ...odd }]];
    if (dice.chance(0.2)) entries = others;
    if (entries.length === 0) break;
  }
  return Object.fromEntries(entries);
}

/** A safetensors file by the text of its header. `length` is what the file says of it. */
function safetensors(json: string, length = utf8(json).length): Uint8Array<ArrayBuffer> {
  const text = utf8(json);
  const bytes = new Uint8Array(8 + text.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Math.max(0, length)), true);
  bytes.set(text, 8);
  return bytes;
}

export function strangeSafetensors(dice: Dice): StrangeFiles {
  const entries = changedEntries(dice);
  const config = fileOf('config.json', encoded(dice.chance(0.8) ? JSON.stringify(LLAMA) : configText(dice), dice));
  const json = JSON.stringify({ __metadata__: { format: 'pt' }, ...entries });
  const header = dice.chance(0.3) ? garbled(json, dice) : json;
  const length = dice.chance(0.1) ? dice.pick([0, 1, 2, 1e6, 1e8, 2 ** 40]) : undefined;
  const head = safetensors(header, length);
  const bytes = dice.chance(0.8) ? dataBytes(entries) : dice.pick([0, 1, 2 ** 16, 2 ** 40]);
  const weights = (name: string) => fileOf(name, head, head.length + bytes);
  if (dice.chance(0.6)) return [orOther(weights('model.safetensors'), dice), config];
  if (dice.chance(0.3)) return [weights(dice.pick(PART_NAMES)), config];
  const file = dice.chance(0.7) ? 'model-00001-of-00001.safetensors' : oddText(dice, 200);
  const map = Object.fromEntries(Object.keys(entries).map((name) => [name, file]));
  const index = JSON.stringify({ metadata: { total_size: 1 }, weight_map: map });
  return [
    orOther(
      fileOf('model.safetensors.index.json', encoded(dice.chance(0.3) ? garbled(index, dice) : index, dice)),
      dice,
    ),
    weights('model-00001-of-00001.safetensors'),
    config,
  ];
}

/** The bytes of data up to the largest offset of all entries. */
const dataBytes = (entries: Readonly<Record<string, Entry>>): number =>
  Object.values(entries).reduce(
    (end, { data_offsets: of }) => Math.max(end, Array.isArray(of) ? Number(of[1]) : 0),
    0,
  ) || 0;
