/**
 * Small model files for tests: real GGUF (version 3) and safetensors bytes, with zeros for the data that nothing reads.
 * Their sources count the bytes read.
 */

import type { ByteSource, Files } from '../../../src/model/files/source.ts';

type MetadataValue = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

export interface GgufFile {
  readonly metadata: Readonly<Record<string, MetadataValue>>;
  /** The tensors with their sides, the innermost first. */
  readonly tensors: readonly (readonly [name: string, type: keyof typeof GGML, ...shape: number[]])[];
}

/**
 * The number of each type, and the values and bytes of its block. Source: ggml-org/llama.cpp,
 * gguf-py/gguf/constants.py.
 */
const GGML = {
  F32: [0, 1, 4],
  F16: [1, 1, 2],
  Q4_0: [2, 32, 2 + 16],
  Q8_0: [8, 32, 2 + 32],
  Q4_K: [12, 256, 2 + 2 + 12 + 128],
  Q6_K: [14, 256, 2 + 128 + 64 + 16],
  IQ4_XS: [23, 256, 2 + 2 + 128 + 4],
  BF16: [30, 1, 2],
  MXFP4: [39, 32, 1 + 16],
  NVFP4: [40, 64, 4 + 32],
  Q1_0: [41, 128, 2 + 16],
  Q2_0: [42, 64, 2 + 16],
} as const;

const ALIGNMENT = 32;
const align = (n: number): number => Math.ceil(n / ALIGNMENT) * ALIGNMENT;

export const product = (sides: readonly number[]): number => sides.reduce((a, b) => a * b, 1);

/** Returns the bytes of a tensor's data. */
export const ggmlBytes = (type: keyof typeof GGML, shape: readonly number[]): number =>
  (product(shape) / GGML[type][1]) * GGML[type][2];

/** Writes little-endian numbers and strings one after another. */
class Writer {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  bytes(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }
  number(size: 1 | 4 | 8, value: number, float = false): this {
    const view = new DataView(new ArrayBuffer(size));
    if (float) view.setFloat32(0, value, true);
    else if (size === 1) view.setUint8(0, value);
    else if (size === 4) view.setUint32(0, value, true);
    else view.setBigUint64(0, BigInt(value), true);
    return this.bytes(new Uint8Array(view.buffer));
  }
  string(text: string): this {
    const bytes = new TextEncoder().encode(text);
    return this.number(8, bytes.length).bytes(bytes);
  }
  zeros(length: number): this {
    return this.bytes(new Uint8Array(length));
  }
  done(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

const TYPE = { u32: 4, f32: 6, bool: 7, string: 8, array: 9 } as const;

function writeValue(out: Writer, value: MetadataValue): void {
  if (typeof value === 'string') out.number(4, TYPE.string).string(value);
  else if (typeof value === 'boolean') out.number(4, TYPE.bool).number(1, Number(value));
  else if (typeof value === 'number' && Number.isInteger(value)) out.number(4, TYPE.u32).number(4, value);
  else if (typeof value === 'number') out.number(4, TYPE.f32).number(4, value, true);
  else {
    const type = { string: TYPE.string, boolean: TYPE.bool, number: TYPE.u32 }[typeof value[0] as 'string'] ?? TYPE.u32;
    out.number(4, TYPE.array).number(4, type).number(8, value.length);
    for (const item of value) {
      if (typeof item === 'string') out.string(item);
      else if (typeof item === 'boolean') out.number(1, Number(item));
      else out.number(4, item);
    }
  }
}

/** Returns the header of a GGUF file, without the data. */
export function ggufHeader({ metadata, tensors }: GgufFile): Uint8Array<ArrayBuffer> {
  const out = new Writer().bytes(new TextEncoder().encode('GGUF')).number(4, 3);
  out.number(8, tensors.length).number(8, Object.keys(metadata).length);
  for (const [key, value] of Object.entries(metadata)) writeValue(out.string(key), value);
  let offset = 0;
  for (const [name, type, ...shape] of tensors) {
    out.string(name).number(4, shape.length);
    for (const side of shape) out.number(8, side);
    out.number(4, GGML[type][0]).number(8, offset);
    offset = align(offset + ggmlBytes(type, shape));
  }
  return out.zeros(align(out.length) - out.length).done();
}

/** Returns the bytes of all data of a GGUF file, alignment included. */
export const ggufDataBytes = ({ tensors }: GgufFile): number =>
  tensors.reduce((end, [, type, ...shape]) => align(end) + ggmlBytes(type, shape), 0);

/** Returns a GGUF file with zeros as data. */
export const ggufBytes = (file: GgufFile): Uint8Array<ArrayBuffer> =>
  new Writer().bytes(ggufHeader(file)).zeros(ggufDataBytes(file)).done();

/** A Llama of two layers, in the formats of llama.cpp's Q4_K_M. */
export const TINY_LLAMA: GgufFile = {
  metadata: {
    'general.architecture': 'llama',
    'general.name': 'Tiny\u001b[31m Llama',
    'llama.block_count': 2,
    'llama.embedding_length': 256,
    'llama.feed_forward_length': 512,
    'llama.attention.head_count': 4,
    'llama.attention.head_count_kv': 2,
    'llama.rope.freq_base': 0.5,
    'tokenizer.ggml.tokens': Array.from({ length: 96 }, (_, i) => `token ${i}`),
    'tokenizer.ggml.token_type': Array.from({ length: 96 }, () => 1),
  },
  tensors: [
    ['token_embd.weight', 'Q4_0', 256, 96],
    ['rope_freqs.weight', 'F32', 32],
    ...[0, 1].flatMap((i): GgufFile['tensors'] => [
      [`blk.${i}.attn_norm.weight`, 'F32', 256],
      [`blk.${i}.attn_q.weight`, 'Q4_K', 256, 256],
      [`blk.${i}.attn_k.weight`, 'Q4_K', 256, 128],
      [`blk.${i}.attn_v.weight`, 'Q6_K', 256, 128],
      [`blk.${i}.attn_output.weight`, 'Q4_K', 256, 256],
      [`blk.${i}.ffn_norm.weight`, 'F32', 256],
      [`blk.${i}.ffn_gate.weight`, 'Q4_K', 256, 512],
      [`blk.${i}.ffn_up.weight`, 'Q4_K', 256, 512],
      [`blk.${i}.ffn_down.weight`, 'Q6_K', 512, 256],
    ]),
    ['output_norm.weight', 'F32', 256],
    ['output.weight', 'Q6_K', 256, 96],
  ],
};

/** A `config.json` of one layer. */
export const TINY_CONFIG = {
  ...{ model_type: 'llama', hidden_size: 256, intermediate_size: 512, vocab_size: 1000 },
  ...{ num_attention_heads: 4, num_hidden_layers: 1 },
};

const SAFE_BYTES = { F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, I32: 4, U32: 4, I64: 8, I8: 1, U8: 1 } as const;

export type SafeTensors = Readonly<Record<string, readonly [dtype: keyof typeof SAFE_BYTES, ...shape: number[]]>>;

/** Returns a safetensors file with zeros as data. */
export function safetensorsBytes(tensors: SafeTensors): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  let end = 0;
  for (const [name, [dtype, ...shape]] of Object.entries(tensors)) {
    const begin = end;
    end += product(shape) * SAFE_BYTES[dtype];
    header[name] = { dtype, shape, data_offsets: [begin, end] };
  }
  const json = JSON.stringify(header);
  return new Writer()
    .string(json.padEnd(Math.ceil(json.length / 8) * 8))
    .zeros(end)
    .done();
}

export interface Counted extends ByteSource {
  /** The bytes read so far. */
  readonly read: number;
}

/** Returns a source of `start`, followed by zeros up to `size`. */
export function sourceOf(start: Uint8Array<ArrayBuffer> | string, size?: number): Counted {
  const known = typeof start === 'string' ? new TextEncoder().encode(start) : start;
  const all = size ?? known.length;
  let read = 0;
  const bytes = async (offset: number, length: number) => {
    const part = new Uint8Array(Math.max(0, Math.min(length, all - offset)));
    part.set(known.subarray(offset, offset + part.length));
    read += part.length;
    return part;
  };
  return {
    size: all,
    bytes,
    get read() {
      return read;
    },
  };
}

/** Returns files by name, each given as bytes, text or a source. */
export const filesOf = (files: Readonly<Record<string, Uint8Array<ArrayBuffer> | string | ByteSource>>): Files => ({
  async open(name) {
    const file = Object.hasOwn(files, name) ? files[name] : undefined;
    return typeof file === 'string' || file instanceof Uint8Array ? sourceOf(file) : file;
  },
});
