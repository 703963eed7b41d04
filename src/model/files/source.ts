/**
 * Sources of model files: a path, a picker or a drop. A host hands in bytes by range, so that only the header of a file
 * of 40 GB is read.
 */

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

/** The error of a file that cannot be used. Its message is one line: the file, what is wrong, what to do. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly file: string | undefined;

  constructor(problem: string, file?: string) {
    super(file === undefined ? problem : `${file}: ${problem}`);
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

/** The names of all parts of a file: those of `…-00001-of-00003.gguf` are three. */
export function partsOf(name: string): string[] {
  const [, stem = '', last, ending = ''] = /^(.*)-\d{5}-of-(\d{5})(\.[a-z]+)$/.exec(name) ?? [];
  if (last === undefined) return [name];
  const number = (n: number): string => String(n).padStart(5, '0');
  return Array.from({ length: Number(last) }, (_, i) => `${stem}-${number(i + 1)}-of-${last}${ending}`);
}

/** Opens all parts and reads each by `read`. */
export const readParts = <T>(
  files: Files,
  parts: readonly string[],
  read: (source: ByteSource) => Promise<T>,
): Promise<T[]> =>
  Promise.all(
    parts.map((part) =>
      ofFile(part, async () =>
        read(await opened(files, part, parts.length > 1 ? `: give all ${parts.length} parts` : '')),
      ),
    ),
  );

/** Maximum characters of a value that an error shows. */
const MAX_SHOWN_LENGTH = 80;

/** A value from a file as an error shows it: quoted, cut, and without line breaks and control characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)) ?? String(value);
  const printable = text.replace(/[\p{C}]/gu, '\ufffd');
  return printable.length > MAX_SHOWN_LENGTH ? `${printable.slice(0, MAX_SHOWN_LENGTH)}…` : printable;
}

/** Reads a file of JSON. @throws ModelFileError for more than `maxBytes`, or for no JSON. */
export async function readJson(source: ByteSource, maxBytes: number): Promise<unknown> {
  if (source.size > maxBytes) {
    throw new ModelFileError(`must be JSON of at most ${maxBytes} bytes; it has ${source.size}`);
  }
  return parseJson(await source.text(0, source.size), 'must be JSON');
}

/** Parses JSON. @throws ModelFileError that begins with `rule`. */
export function parseJson(text: string, rule: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFileError(`${rule}; it begins with ${shown(text.slice(0, 20))}`);
  }
}
