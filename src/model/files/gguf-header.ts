/**
 * The header of a GGUF file: its keys, and the place of each tensor. Specification: ggml-org/ggml, docs/gguf.md. What a
 * model does not need is stepped over and not kept, so that the time and memory follow from the bytes of the header,
 * whatever it claims.
 */

import { quoted } from '../../../results/shown.ts';
import { type ByteSource, ModelFileError } from './source.ts';

/** A value of a key. Of a list there is only a description. */
export type GgufValue = number | bigint | boolean | string;

export interface GgufTensorInfo {
  readonly name: string;
  /** Sides of the tensor, the innermost first. */
  readonly shape: readonly number[];
  /** The number of its type. */
  readonly type: number;
  /** Byte at which its data begin, counted from the first byte of all data. */
  readonly start: number;
}

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

export interface GgufHeader<Tensor> {
  readonly metadata: GgufMetadata;
  /** What was kept of each tensor. Its `start` counts from the first byte of the file. */
  readonly tensors: readonly Tensor[];
}

/** What a reader keeps of a tensor, as soon as it is read: a header may have a hundred thousand. */
type Keep<Tensor> = (info: GgufTensorInfo) => Tensor;

/** Maximum bytes of a header. The largest lists of tokens and merges take 20 MB. */
const MAX_HEADER_BYTES = 64_000_000;
/** Bytes that are read first; more is read in steps that double. */
const FIRST_BYTES = 1_000_000;
/** Maximum number of tensors: fifty times DeepSeek V3's, or twice what it would have with a tensor for each expert. */
const MAX_TENSORS = 100_000;
/** Maximum number of keys. Files have fewer than 100. */
const MAX_KEYS = 10_000;
/** Maximum bytes of a key, a name or a text that are kept. The specification allows 64 for a tensor's name. */
const MAX_TEXT_BYTES = 256;
/** Maximum levels of lists in lists. Files have one. */
const MAX_DEPTH = 4;
/** Maximum dimensions of a tensor. Source: ggml/include/ggml.h, `GGML_MAX_DIMS`. */
const MAX_DIMENSIONS = 4;

/** Reads a file's header. @throws ModelFileError */
export async function readGgufHeader<Tensor extends { start: number }>(
  source: ByteSource,
  keep: Keep<Tensor>,
): Promise<GgufHeader<Tensor>> {
  let bytes = await source.bytes(0, FIRST_BYTES);
  const parsing = parse(source.size, keep);
  let from = new Reader(bytes, 0);
  for (;;) {
    try {
      return parsing(from);
    } catch (error) {
      if (!(error instanceof MoreBytes)) throw error;
      if (error.end > source.size) throw cutOff(source);
      if (error.end > MAX_HEADER_BYTES) {
        throw new ModelFileError(
          `its header must take at most ${MAX_HEADER_BYTES} bytes; it takes ${error.end} or more`,
        );
      }
      const end = Math.min(Math.max(2 * bytes.length, error.end), MAX_HEADER_BYTES, source.size);
      const more = await source.bytes(bytes.length, end - bytes.length);
      if (more.length === 0) throw cutOff(source);
      bytes = joined(bytes, more);
      from = new Reader(bytes, from.entry);
    }
  }
}

function joined(start: Uint8Array, end: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(start.length + end.length);
  all.set(start);
  all.set(end, start.length);
  return all;
}

const cutOff = ({ size }: ByteSource): ModelFileError =>
  new ModelFileError(`its header is cut off or broken: it extends beyond the end of the file, at byte ${size}`);

/** Thrown where a header goes on behind the bytes that have been read: it needs those up to `end`. */
class MoreBytes {
  readonly end: number;
  constructor(end: number) {
    this.end = end;
  }
}

/** UTF-8 as text; the core has no TextDecoder. What is no UTF-8, or was cut within a character, is read as ASCII. */
function decoded(bytes: Uint8Array): string {
  const text = Reflect.apply(String.fromCharCode, undefined, bytes);
  if (ASCII.test(text)) return text;
  try {
    return decodeURIComponent(escapedBytes(bytes));
  } catch {
    return text.replace(/[\x80-\xff]/g, '\ufffd');
  }
}

const ASCII = /^[^\x80-\xff]*$/;

const escapedBytes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

/** Reads little-endian values one behind the other. */
class Reader {
  at: number;
  /** The byte at which the entry begins that is being read: where to go on with more bytes. */
  entry: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.at = at;
    this.entry = at;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Steps over `length` bytes. Returns the byte that they begin at. @throws MoreBytes */
  skip(length: number): number {
    const start = this.at;
    if (start + length > this.#bytes.length) throw new MoreBytes(start + length);
    this.at += length;
    return start;
  }

  u8 = (): number => this.#view.getUint8(this.skip(1));
  i8 = (): number => this.#view.getInt8(this.skip(1));
  u16 = (): number => this.#view.getUint16(this.skip(2), true);
  i16 = (): number => this.#view.getInt16(this.skip(2), true);
  u32 = (): number => this.#view.getUint32(this.skip(4), true);
  i32 = (): number => this.#view.getInt32(this.skip(4), true);
  f32 = (): number => this.#view.getFloat32(this.skip(4), true);
  f64 = (): number => this.#view.getFloat64(this.skip(8), true);
  u64 = (): bigint => this.#view.getBigUint64(this.skip(8), true);
  i64 = (): bigint => this.#view.getBigInt64(this.skip(8), true);
  /** A u64 as a number: an approximate one above 2^53. */
  length = (): number => this.u32() + this.u32() * 2 ** 32;

  /** Reads a text. Of a longer one than is kept, only the beginning is decoded. */
  text(): string {
    const length = this.length();
    const start = this.skip(length);
    const kept = this.#bytes.subarray(start, start + Math.min(length, MAX_TEXT_BYTES));
    return length > MAX_TEXT_BYTES ? `${decoded(kept)}…` : decoded(kept);
  }

  skipText(): void {
    this.skip(this.length());
  }
}

const STRING = 8;
const ARRAY = 9;

/** The types of values: bytes of each, and how it is read. Strings and arrays have their own rules. */
const SCALARS: ReadonlyMap<number, readonly [bytes: number, read: (from: Reader) => GgufValue]> = new Map<
  number,
  readonly [number, (from: Reader) => GgufValue]
>([
  [0, [1, (from) => from.u8()]],
  [1, [1, (from) => from.i8()]],
  [2, [2, (from) => from.u16()]],
  [3, [2, (from) => from.i16()]],
  [4, [4, (from) => from.u32()]],
  [5, [4, (from) => from.i32()]],
  [6, [4, (from) => from.f32()]],
  [7, [1, (from) => from.u8() !== 0]],
  [10, [8, (from) => from.u64()]],
  [11, [8, (from) => from.i64()]],
  [12, [8, (from) => from.f64()]],
]);

/** Bytes of "GGUF", version, and the numbers of tensors and of keys. */
const HEAD_BYTES = 24;
/** Minimum bytes of a tensor's entry: length of its name, dimensions, type, place. */
const MIN_TENSOR_BYTES = 24;
/** Minimum bytes of a key's entry: its length, type, and a value. */
const MIN_KEY_BYTES = 13;

/**
 * Returns a function that parses a header. Where it throws `MoreBytes`, it goes on when it is called again, with a
 * reader of more bytes that is at the entry that was left.
 */
function parse<Tensor extends { start: number }>(
  fileBytes: number,
  keep: Keep<Tensor>,
): (from: Reader) => GgufHeader<Tensor> {
  let counts: ReturnType<typeof checkedCounts> | undefined;
  let keys = 0;
  const metadata = new Map<string, GgufValue>();
  const found: Tensor[] = [];
  return (from) => {
    counts ??= checkedCounts(from, fileBytes);
    for (; keys < counts.keys; keys++) {
      from.entry = from.at;
      const key = from.text();
      metadata.set(key, readValue(from, key));
    }
    while (found.length < counts.tensors) {
      from.entry = from.at;
      found.push(keep(readTensor(from)));
    }
    const alignment = alignmentOf(metadata);
    const data = Math.ceil(from.at / alignment) * alignment;
    for (const tensor of found) tensor.start += data;
    return { metadata, tensors: found };
  };
}

function checkedCounts(from: Reader, fileBytes: number): { tensors: number; keys: number } {
  const magic = Array.from({ length: Math.min(4, fileBytes) }, () => String.fromCharCode(from.u8())).join('');
  if (magic !== 'GGUF') throw new ModelFileError(`must begin with "GGUF"; it begins with ${quoted(magic)}`);
  const version = from.u32();
  if (version !== 2 && version !== 3) {
    throw new ModelFileError(`must be GGUF version 2 or 3, little-endian; got ${version}`);
  }
  const [tensors, keys] = [from.u64(), from.u64()];
  const minBytes = BigInt(HEAD_BYTES) + tensors * BigInt(MIN_TENSOR_BYTES) + keys * BigInt(MIN_KEY_BYTES);
  if (minBytes > fileBytes) {
    throw new ModelFileError(
      `claims ${tensors} tensors and ${keys} keys, which take at least ${minBytes} bytes; the file has ${fileBytes}`,
    );
  }
  if (tensors > MAX_TENSORS) {
    throw new ModelFileError(`must have at most ${MAX_TENSORS} tensors; its header claims ${tensors}`);
  }
  if (keys > MAX_KEYS) throw new ModelFileError(`must have at most ${MAX_KEYS} keys; its header claims ${keys}`);
  return { tensors: Number(tensors), keys: Number(keys) };
}

/** Reads the type and the value of a key. */
function readValue(from: Reader, key: string): GgufValue {
  const type = from.u32();
  if (type === STRING) return from.text();
  if (type === ARRAY) return `a list of ${skipArray(from, key, 1)}`;
  const scalar = SCALARS.get(type);
  if (!scalar) throw unknownType(type, key);
  return scalar[1](from);
}

const unknownType = (type: number, key: string): ModelFileError =>
  new ModelFileError(`the type of ${quoted(key)} must be a number from 0 to 12; got ${type}`);

/** Steps over a list. Returns its length. */
function skipArray(from: Reader, key: string, depth: number): number {
  if (depth > MAX_DEPTH) throw new ModelFileError(`lists in ${quoted(key)} must be at most ${MAX_DEPTH} levels deep`);
  const type = from.u32();
  const length = from.length();
  const scalar = SCALARS.get(type);
  if (scalar) from.skip(length * scalar[0]);
  else if (type === STRING) for (let i = 0; i < length; i++) from.skipText();
  else if (type === ARRAY) for (let i = 0; i < length; i++) skipArray(from, key, depth + 1);
  else throw unknownType(type, key);
  return length;
}

function readTensor(from: Reader): GgufTensorInfo {
  const name = from.text();
  const dimensions = from.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw new ModelFileError(`${quoted(name)} must have at most ${MAX_DIMENSIONS} dimensions; it has ${dimensions}`);
  }
  const shape = Array.from({ length: dimensions }, () => from.length());
  return { name, shape, type: from.u32(), start: from.length() };
}

/** Bytes that the place of each tensor is a multiple of, if the file does not say. */
const DEFAULT_ALIGNMENT = 32;

function alignmentOf(metadata: GgufMetadata): number {
  const said = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof said === 'number' && said > 0 && said % 8 === 0) return said;
  throw new ModelFileError(`general.alignment must be a multiple of 8; got ${quoted(said)}`);
}
