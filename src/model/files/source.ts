/**
 * Sources of model files: a path, a picker or a drop. A host hands in bytes by range, so that only the header of a file
 * of 40 GB is read.
 */

import { MAX_SHOWN_LENGTH, quoted, shown } from '../../../results/shown.ts';

/** A file that is read by ranges of bytes. */
export interface ByteSource {
  /** Size of the file in bytes. */
  readonly size: number;
  /** Reads `length` bytes from `offset` on, or fewer at the end of the file. */
  bytes(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Reads the same range as UTF-8 text. */
  text(offset: number, length: number): Promise<string>;
}

/** Files that belong together: those of a folder, or of one drop. */
export interface Files {
  /** Opens the file of this name, without a path. Returns undefined where there is none. */
  open(name: string): Promise<ByteSource | undefined>;
}

/** Maximum characters of a file's name in a message. */
const MAX_NAME_LENGTH = 80;

/** Maximum characters of a message: the terminal puts the flag that named the file before it. */
const MAX_MESSAGE_LENGTH = MAX_SHOWN_LENGTH - 20;

/**
 * The error of a file that cannot be used. Its message is one line of at most 280 characters, fit to be shown: the file,
 * what is wrong, what to do.
 */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly file: string | undefined;

  constructor(problem: string, file?: string) {
    const line = file === undefined ? problem : `${shown(file, MAX_NAME_LENGTH)}: ${problem}`;
    super(shown(line, MAX_MESSAGE_LENGTH));
    this.file = file;
  }
}

/** Runs `read` so that its errors name `file`, unless they name one already. */
export async function ofFile<T>(file: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ModelFileError && error.file === undefined) throw new ModelFileError(error.message, file);
    throw error;
  }
}

/** Opens a file. `why` explains the need for it. @throws ModelFileError for a file that is missing or empty. */
export async function opened(files: Files, name: string, why = ''): Promise<ByteSource> {
  const source = await files.open(name);
  if (!source) throw new ModelFileError(`is not there${why}`, name);
  if (source.size === 0) throw new ModelFileError('is empty', name);
  return source;
}

/** Maximum number of a model's files. The largest models have 200. */
export const MAX_PARTS = 1000;

/** The names of all parts of a file: those of `…-00001-of-00003.gguf` are three. @throws ModelFileError for too many */
export function partsOf(name: string): string[] {
  const [, stem = '', last, ending = ''] = /^(.*)-\d{5}-of-(\d{5})(\.[a-z]+)$/.exec(name) ?? [];
  if (last === undefined) return [name];
  if (Number(last) > MAX_PARTS) {
    throw new ModelFileError(`must be one of at most ${MAX_PARTS} parts; its name says ${Number(last)}`, name);
  }
  const number = (n: number): string => String(n).padStart(5, '0');
  return Array.from({ length: Number(last) }, (_, i) => `${stem}-${number(i + 1)}-of-${last}${ending}`);
}

/** Opens all parts and reads each by `read`, one after another: only one header at a time takes memory. */
export async function readParts<T>(
  files: Files,
  parts: readonly string[],
  read: (source: ByteSource) => Promise<T>,
): Promise<T[]> {
  const why = parts.length > 1 ? `: give all ${parts.length} parts` : '';
  const found: T[] = [];
  for (const part of parts) found.push(await ofFile(part, async () => read(await opened(files, part, why))));
  return found;
}

/** Bounds of a JSON text, which are looked at before it is parsed: parsing makes up to 40 bytes of a byte. */
export interface JsonBounds {
  readonly maxBytes: number;
  /** Maximum levels of lists and objects. */
  readonly maxDepth: number;
  /** Maximum number of values, the names of keys left out. */
  readonly maxValues: number;
}

/** Reads a file of JSON. @throws ModelFileError for one that is out of its bounds, or no JSON. */
export async function readJson(source: ByteSource, { maxBytes, maxDepth, maxValues }: JsonBounds): Promise<unknown> {
  if (source.size > maxBytes)
    throw new ModelFileError(`must be JSON of at most ${maxBytes} bytes; it has ${source.size}`);
  const text = await source.text(0, source.size);
  const { depth, values } = sizeOf(text);
  if (depth > maxDepth) throw new ModelFileError(`must be JSON of at most ${maxDepth} levels; it has ${depth}`);
  if (values > maxValues) throw new ModelFileError(`must be JSON of at most ${maxValues} values; it has ${values}`);
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFileError(`must be JSON; it begins with ${quoted(text.slice(0, 20))}`);
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The levels of a JSON text, and about how many values it has: one for each that is opened, and one for each comma. */
function sizeOf(text: string): { readonly depth: number; readonly values: number } {
  let [depth, level, values, inText] = [0, 0, 1, false];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inText) {
      if (code === BACKSLASH) i++;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === COMMA) values++;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      values++;
      level++;
      if (level > depth) depth = level;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) level--;
  }
  return { depth, values };
}
