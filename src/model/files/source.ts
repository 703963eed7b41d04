/**
 * Sources of model files: a path, a picker or a drop. A host hands in bytes by range, so that only the header of a file
 * of 40 GB is read.
 */

import { textOf } from '../../../results/text/encodings.ts';
import { KIND_BYTES, kindClause } from '../../../results/text/file-kind.ts';
import { type JsonBounds, JsonError, parseJson } from '../../../results/text/json-text.ts';
import { MAX_SHOWN_LENGTH, shown } from '../../../results/text/shown.ts';

/** A file that is read by ranges of bytes. */
export interface ByteSource {
  /** Size of the file in bytes. */
  readonly size: number;
  /** Reads `length` bytes from `offset` on, or fewer at the end of the file. */
  bytes(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
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
  /** Whether the file does not say what kind of model it is of. */
  readonly isUntyped: boolean;

  constructor(problem: string, file?: string, isUntyped = false) {
    const line = file === undefined ? problem : `${shown(file, MAX_NAME_LENGTH)}: ${problem}`;
    super(shown(line, MAX_MESSAGE_LENGTH));
    this.file = file;
    this.isUntyped = isUntyped;
  }
}

/** Runs `read` so that its errors name `file`, unless they name one already. */
export async function ofFile<T>(file: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ModelFileError && error.file === undefined) {
      throw new ModelFileError(error.message, file, error.isUntyped);
    }
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

/** Throws what a file is, if its beginning tells that it is something else than what it was given for. */
export async function refuseOtherKinds(source: ByteSource, given?: string): Promise<void> {
  const clause = kindClause(await source.bytes(0, KIND_BYTES), given);
  if (clause !== undefined) throw new ModelFileError(clause);
}

/** Reads a file of JSON. @throws ModelFileError for one that is out of its bounds, or no JSON. */
export async function readJson(
  source: ByteSource,
  { maxBytes, ...bounds }: JsonBounds & { readonly maxBytes: number },
): Promise<unknown> {
  if (source.size > maxBytes) {
    await refuseOtherKinds(source);
    throw new ModelFileError(`must be JSON of at most ${maxBytes} bytes; it has ${source.size}`);
  }
  try {
    return parseJson(textOf(await source.bytes(0, source.size)), bounds);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    await refuseOtherKinds(source);
    throw new ModelFileError(error.message);
  }
}
