/**
 * The header of a GGUF file: its keys, and the place of each tensor. Specification: ggml-org/ggml, docs/gguf.md. What a
 * model does not need is stepped over and not kept, so that the time and memory follow from the bytes of the header,
 * whatever it claims.
 */

import { MAX_LAYERS } from '../../../../results/record/bounds.ts';
import { utf8Text } from '../../../../results/text/encodings.ts';
import { kindClause } from '../../../../results/text/file-kind.ts';
import { quoted } from '../../../../results/text/shown.ts';
import { type ByteSource, ModelFileError } from '../source.ts';

export type GgufScalar = number | bigint | boolean | string;
/** A value of a key. Of a list of texts, or of more than there are layers, there is only a description. */
export type GgufValue = GgufScalar | readonly GgufScalar[];

/**
 * Takes the next tensor: its name, first and second side, number of values, the number of its type, and the byte at which
 * its data begin, counted from the first byte of all data. A header may have a hundred thousand, so none is an object.
 */
type TakeTensor = (name: string, columns: number, rows: number, values: number, type: number, start: number) => void;

export type GgufMetadata = ReadonlyMap<string, GgufValue>;

export interface GgufHeader {
  readonly metadata: GgufMetadata;
  /** The byte of the file at which the data of all tensors begin. */
  readonly data: number;
}

/** Maximum bytes of a header. The largest lists of tokens and merges take 20 MB. */
const MAX_HEADER_BYTES = 64_000_000;
/** Bytes that are read at a time. */
const CHUNK_BYTES = 1_000_000;
/** Maximum number of lists that are kept. Files have a few that say something of each layer. */
const MAX_LISTS = 100;
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
export async function readGgufHeader(source: ByteSource, take: TakeTensor): Promise<GgufHeader> {
  const first = await source.bytes(0, CHUNK_BYTES);
  const magic = utf8Text(first.subarray(0, MAGIC.length));
  if (magic !== MAGIC) {
    throw new ModelFileError(kindClause(first) ?? `must begin with "${MAGIC}"; it begins with ${quoted(magic)}`);
  }
  const from = new Reader(first);
  const parsing = parse(from, source.size, take);
  for (;;) {
    const step = parsing.next();
    const end = from.position + (step.done ? 0 : step.value);
    if (end > source.size) throw cutOff(source);
    if (end > MAX_HEADER_BYTES) {
      throw new ModelFileError(`its header must take at most ${MAX_HEADER_BYTES} bytes; it takes ${end} or more`);
    }
    if (step.done) return step.value;
    const due = end - from.end;
    const more = await source.bytes(from.end, Math.max(due, CHUNK_BYTES));
    if (more.length < due) throw cutOff(source);
    from.add(more);
  }
}

const cutOff = ({ size }: ByteSource): ModelFileError =>
  new ModelFileError(`its header is cut off or broken: it extends beyond the end of the file, at byte ${size}`);

/** The number of bytes that a reader lacks: those from its position on. */
type Parsing<T> = Generator<number, T, void>;

/** Reads little-endian values one behind the other, out of the bytes that are there. */
class Reader {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  /** The byte of the file at which those that are there begin, and the next one of them. */
  #start = 0;
  #at = 0;

  /** @param first the bytes at the beginning of the file */
  constructor(first: Uint8Array<ArrayBuffer>) {
    this.#bytes = first;
    this.#view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  }

  /** The byte of the file that is read next. */
  get position(): number {
    return this.#start + this.#at;
  }

  /** The byte of the file from which on more is needed. */
  get end(): number {
    return Math.max(this.position, this.#start + this.#bytes.length);
  }

  /** Adds the bytes from `end` on. Those that have been read are let go. */
  add(more: Uint8Array<ArrayBuffer>): void {
    const left = this.#bytes.subarray(this.#at);
    this.#start = this.position;
    this.#at = 0;
    this.#bytes = left.length === 0 ? more : joined(left, more);
    this.#view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
  }

  /** Whether the next `length` bytes are not there yet. */
  lacks(length: number): boolean {
    return this.#at + length > this.#bytes.length;
  }

  /** Steps over `length` bytes, which need not be there. */
  skip(length: number): number {
    const at = this.#at;
    this.#at += length;
    return at;
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
  /** The u64 that is next, and the u32 `ahead` bytes on, which are not stepped over. */
  peekLength = (): number => this.#view.getUint32(this.#at, true) + this.#view.getUint32(this.#at + 4, true) * 2 ** 32;
  peekU32 = (ahead: number): number => this.#view.getUint32(this.#at + ahead, true);
  text = (length: number): string => utf8Text(this.#bytes.subarray(this.skip(length), this.#at));
}

function joined(start: Uint8Array, end: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(start.length + end.length);
  all.set(start);
  all.set(end, start.length);
  return all;
}

/** Reads a text. Of a longer one than is kept, only the beginning is decoded. */
function* readText(from: Reader): Parsing<string> {
  if (from.lacks(8)) yield 8;
  const length = from.length();
  const kept = Math.min(length, MAX_TEXT_BYTES);
  if (from.lacks(kept)) yield kept;
  const text = from.text(kept);
  from.skip(length - kept);
  return length > kept ? `${text}…` : text;
}

const STRING = 8;
const ARRAY = 9;

/** The types of values: bytes of each, and how it is read. Strings and arrays have their own rules. */
const SCALARS: ReadonlyMap<number, readonly [bytes: number, read: (from: Reader) => GgufScalar]> = new Map<
  number,
  readonly [number, (from: Reader) => GgufScalar]
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

/** What a file begins with. */
const MAGIC = 'GGUF';
/** Bytes of the magic, version, and the numbers of tensors and of keys. */
const HEAD_BYTES = 24;
/** Minimum bytes of a tensor's entry: length of its name, dimensions, type, place. */
const MIN_TENSOR_BYTES = 24;
/** Minimum bytes of a key's entry: its length, type, and a value. */
const MIN_KEY_BYTES = 13;

/** Parses a header. */
function* parse(from: Reader, fileBytes: number, take: TakeTensor): Parsing<GgufHeader> {
  const counts = yield* readCounts(from, fileBytes);
  const metadata = new Map<string, GgufValue>();
  let lists = 0;
  for (let i = 0; i < counts.keys; i++) {
    const key = yield* readText(from);
    const value = yield* readValue(from, key, lists < MAX_LISTS);
    if (typeof value === 'object') lists++;
    metadata.set(key, value);
  }
  for (let i = 0; i < counts.tensors; i++) {
    // Nearly all tensors lie whole in the bytes that are there.
    if (from.lacks(MOST_TENSOR_BYTES) || from.peekLength() > MAX_TEXT_BYTES) yield* awaitTensor(from);
    readTensor(from, take);
  }
  const alignment = alignmentOf(metadata);
  return { metadata, data: Math.ceil(from.position / alignment) * alignment };
}

function* readCounts(from: Reader, fileBytes: number): Parsing<{ readonly tensors: number; readonly keys: number }> {
  if (from.lacks(HEAD_BYTES)) yield HEAD_BYTES;
  from.skip(MAGIC.length);
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
function* readValue(from: Reader, key: string, keepsLists: boolean): Parsing<GgufValue> {
  if (from.lacks(4)) yield 4;
  const type = from.u32();
  if (type === STRING) return yield* readText(from);
  if (type === ARRAY) return yield* readArray(from, key, keepsLists, 1);
  const [bytes, read] = scalarOf(type, key);
  if (from.lacks(bytes)) yield bytes;
  return read(from);
}

function scalarOf(type: number, key: string): readonly [bytes: number, read: (from: Reader) => GgufScalar] {
  const scalar = SCALARS.get(type);
  if (scalar) return scalar;
  throw new ModelFileError(`the type of ${quoted(key)} must be a number from 0 to 12; got ${type}`);
}

/** Reads a short list of scalars, if it is to be kept, and steps over any other. */
function* readArray(from: Reader, key: string, keeps: boolean, depth: number): Parsing<GgufValue> {
  if (depth > MAX_DEPTH) throw new ModelFileError(`lists in ${quoted(key)} must be at most ${MAX_DEPTH} levels deep`);
  if (from.lacks(12)) yield 12;
  const [type, length] = [from.u32(), from.length()];
  if (type === STRING) {
    for (let i = 0; i < length; i++) {
      if (from.lacks(8)) yield 8;
      from.skip(from.length());
    }
  } else if (type === ARRAY) for (let i = 0; i < length; i++) yield* readArray(from, key, false, depth + 1);
  else {
    const [bytes, read] = scalarOf(type, key);
    if (keeps && length <= MAX_LAYERS) {
      if (from.lacks(length * bytes)) yield length * bytes;
      return Array.from({ length }, () => read(from));
    }
    from.skip(length * bytes);
  }
  return `a list of ${length}`;
}

/** The most bytes that a tensor's entry has whose name is kept as a whole. */
const MOST_TENSOR_BYTES = 8 + MAX_TEXT_BYTES + 4 + 8 * MAX_DIMENSIONS + 12;

/** Waits for what the next tensor's entry has, where the bytes that are there may end within it. */
function* awaitTensor(from: Reader): Parsing<void> {
  if (from.lacks(8)) yield 8;
  const length = from.peekLength();
  // The end of a longer name is not looked at, but a tensor must not be cut within what is.
  const name = 8 + length;
  if (from.lacks(name + 4)) yield name + 4;
  const rest = name + 4 + 8 * Math.min(from.peekU32(name), MAX_DIMENSIONS) + 12;
  if (from.lacks(rest)) yield rest;
}

function readTensor(from: Reader, take: TakeTensor): void {
  const length = from.length();
  const kept = Math.min(length, MAX_TEXT_BYTES);
  const text = from.text(kept);
  from.skip(length - kept);
  const name = length > kept ? `${text}…` : text;
  const dimensions = from.u32();
  if (dimensions > MAX_DIMENSIONS) {
    throw new ModelFileError(`${quoted(name)} must have at most ${MAX_DIMENSIONS} dimensions; it has ${dimensions}`);
  }
  // A tensor without sides is a single value.
  const columns = dimensions > 0 ? from.length() : 1;
  const rows = dimensions > 1 ? from.length() : 1;
  let values = columns * rows;
  for (let i = 2; i < dimensions; i++) values *= from.length();
  take(name, columns, rows, values, from.u32(), from.length());
}

/** Bytes that the place of each tensor is a multiple of, if the file does not say. */
const DEFAULT_ALIGNMENT = 32;

function alignmentOf(metadata: GgufMetadata): number {
  const said = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  if (typeof said === 'number' && said > 0 && said % 8 === 0) return said;
  throw new ModelFileError(`general.alignment must be a multiple of 8; got ${quoted(said)}`);
}
