/** A model out of the file that a person has. Of weights, only headers are read. */

import type { Model } from '../models/model.ts';
import { readConfig } from './config.ts';
import { readGguf } from './gguf.ts';
import { readSafetensors } from './safetensors.ts';
import { type Files, ModelFileError } from './source.ts';
import type { StoredWeights } from './stored.ts';

export interface ModelFile {
  readonly model: Model;
  /** What each tensor takes in the file; absent for a config, which holds none. */
  readonly weights?: StoredWeights;
}

type Reader = (files: Files, name: string) => Promise<ModelFile>;

/** By how a name ends, the longest first. */
const READERS: readonly (readonly [ending: string, read: Reader])[] = [
  ['.safetensors.index.json', readSafetensors],
  ['.safetensors', readSafetensors],
  ['.gguf', readGguf],
  ['.json', async (files, name) => ({ model: await readConfig(files, name) })],
];

const readerOf = (name: string): Reader | undefined =>
  READERS.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];

/** The one of these names that tells of the whole: an index before the files that it names, weights before a config. */
export const modelFileAmong = (names: readonly string[]): string | undefined =>
  READERS.flatMap(([ending]) => names.find((name) => name.toLowerCase().endsWith(ending)) ?? [])[0];

/** Does its name promise a model? */
export const isModelFile = (name: string): boolean => readerOf(name) !== undefined;

export const MODEL_FILES = 'a config.json, .gguf, .safetensors or .safetensors.index.json';

/**
 * Reads `name` among `files`. Its weights may be in several files, of which any names the others, and safetensors need
 * the config.json beside them. @throws ModelFileError, in one line that names the file and what to do
 */
export async function readModel(files: Files, name: string): Promise<ModelFile> {
  const read = readerOf(name);
  if (!read) throw new ModelFileError(`must be ${MODEL_FILES}`, name);
  return read(files, name);
}
