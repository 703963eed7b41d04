/** Reads a model from a file. Of weights, only headers are read. */

import type { Model } from '../models/model.ts';
import { readConfig } from './config.ts';
import { readGguf } from './gguf.ts';
import { readSafetensors } from './safetensors.ts';
import { type Files, ModelFileError } from './source.ts';
import type { StoredWeights } from './stored.ts';

export interface ModelFile {
  readonly model: Model;
  /** The bytes of each tensor in the file; absent for a config, which has no tensors. */
  readonly weights?: StoredWeights;
}

type Reader = (files: Files, name: string) => Promise<ModelFile>;

/** Readers by the ending of a file's name, the longest ending first. */
const READERS: readonly (readonly [ending: string, read: Reader])[] = [
  ['.safetensors.index.json', readSafetensors],
  ['.safetensors', readSafetensors],
  ['.gguf', readGguf],
  ['.json', async (files, name) => ({ model: await readConfig(files, name) })],
];

const readerOf = (name: string): Reader | undefined =>
  READERS.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];

/** The name that describes the whole model: an index before the files that it names, weights before a config. */
export const modelFileAmong = (names: readonly string[]): string | undefined =>
  READERS.flatMap(([ending]) => names.find((name) => name.toLowerCase().endsWith(ending)) ?? [])[0];

/** Whether a file's name is that of a model. */
export const isModelFile = (name: string): boolean => readerOf(name) !== undefined;

/** The files that can be read, as text. */
export const MODEL_FILES = 'a config.json, .gguf, .safetensors or .safetensors.index.json';

/**
 * Reads the model in file `name` of `files`. Weights may be in several parts, of which `name` may be any. Safetensors
 * need the config.json beside them.
 * @throws ModelFileError, in one line that names the file and what to do
 */
export async function readModel(files: Files, name: string): Promise<ModelFile> {
  const read = readerOf(name);
  if (!read) throw new ModelFileError(`must be ${MODEL_FILES}`, name);
  return read(files, name);
}
