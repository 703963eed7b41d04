/**
 * Where model files come from: a path, a picker or a drop. A host hands in bytes by range, so that of a file of 40 GB
 * only the header is read.
 */

export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** The bytes from `offset` on, fewer where the source ends. */
  bytes(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The same, as UTF-8. */
  text(offset: number, length: number): Promise<string>;
}

/** Files that lie together: a folder, or what was dropped at once. */
export interface Files {
  /** The file of that name, without a path; undefined where there is none. */
  open(name: string): Promise<ByteSource | undefined>;
}

/** A file that cannot be used. The message, in one line: the file, what is wrong, what to do. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  readonly file: string | undefined;

  constructor(problem: string, file?: string) {
    super(file === undefined ? problem : `${file}: ${problem}`);
    this.file = file;
  }
}

/** What `read` returns; its errors name `file`, unless they name one already. */
export async function ofFile<T>(file: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ModelFileError && error.file === undefined) throw new ModelFileError(error.message, file);
    throw error;
  }
}

/** @throws ModelFileError where there is no such file, or nothing in it. */
export async function opened(files: Files, name: string, why = ''): Promise<ByteSource> {
  const source = await files.open(name);
  if (!source) throw new ModelFileError(`is not there${why}`, name);
  if (source.size === 0) throw new ModelFileError('is empty', name);
  return source;
}

/** The files that `name` is one of: those of several parts are called `…-00001-of-00003.gguf`, and so on. */
export function partsOf(name: string): string[] {
  const [, stem = '', last, ending = ''] = /^(.*)-\d{5}-of-(\d{5})(\.[a-z]+)$/.exec(name) ?? [];
  if (last === undefined) return [name];
  const number = (n: number): string => String(n).padStart(5, '0');
  return Array.from({ length: Number(last) }, (_, i) => `${stem}-${number(i + 1)}-of-${last}${ending}`);
}

/** What each of the `parts` says, opened and read by `read`. */
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

const MAX_SHOWN_LENGTH = 80;

/** A value out of a file, quoted and cut, as an error may show it: without line breaks and control characters. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? String(v) : v)) ?? String(value);
  const printable = text.replace(/[\p{C}]/gu, '\ufffd');
  return printable.length > MAX_SHOWN_LENGTH ? `${printable.slice(0, MAX_SHOWN_LENGTH)}…` : printable;
}

/** JSON in `source`. @throws ModelFileError where it is larger than `maxBytes`, or no JSON. */
export async function readJson(source: ByteSource, maxBytes: number): Promise<unknown> {
  if (source.size > maxBytes) {
    throw new ModelFileError(`must be JSON of at most ${maxBytes} bytes; it has ${source.size}`);
  }
  return parseJson(await source.text(0, source.size), 'must be JSON');
}

/** @throws ModelFileError that begins with `rule`. */
export function parseJson(text: string, rule: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelFileError(`${rule}; it begins with ${shown(text.slice(0, 20))}`);
  }
}
