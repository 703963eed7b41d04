/** Reads a model from a file. Of weights, only headers are read. */

import { GGUF_FILE, KIND_BYTES, kindClause, kindOf, SAFETENSORS_FILE } from '../../../results/text/file-kind.ts';
import type { Model } from '../models/model.ts';
import { readConfigFile } from './config.ts';
import { readGguf } from './gguf/gguf.ts';
import { stemOf } from './parts.ts';
import { readSafetensors } from './safetensors/safetensors.ts';
import { type Files, ModelFileError, ofFile, opened } from './source.ts';
import type { StoredWeights } from './stored.ts';

export interface ModelFile {
  readonly model: Model;
  /** The bytes of each tensor in the file, or as a config says it is quantised; absent for a config that says nothing. */
  readonly weights?: StoredWeights;
  /** A config's quantisation in words. */
  readonly quantisation?: string;
}

type Reader = (files: Files, name: string) => Promise<ModelFile>;

/** Readers by the ending of a file's name, the longest ending first. */
const READERS: readonly (readonly [ending: string, read: Reader])[] = [
  ['.index.json', readSafetensors],
  ['.safetensors', readSafetensors],
  ['.gguf', readGguf],
  ['.json', readConfigFile],
];

const readerOf = (name: string): Reader | undefined =>
  READERS.find(([ending]) => name.toLowerCase().endsWith(ending))?.[1];

/** Files beside a model that are none themselves: the part for pictures, adapters, a second copy in Mistral's own names. */
const BESIDE =
  /mmproj|^adapter_|^consolidated|^(tokenizer|generation|preprocessor|processor|special_tokens)[\w-]*\.json$/i;

/**
 * The name that describes the whole model: an index before the files that it names, weights before a config. Undefined:
 * there is none.
 * @throws ModelFileError where there are several models
 */
export function modelFileAmong(names: readonly string[]): string | undefined {
  for (const [ending] of READERS) {
    const found = names.filter((name) => name.toLowerCase().endsWith(ending));
    const models = found.filter((name) => !BESIDE.test(name));
    const [name = found[0]] = models;
    const stems = new Map(models.map((one) => [stemOf(one), one]));
    if (stems.size > 1 && ending !== '.index.json' && ending !== '.json') {
      throw new ModelFileError(
        `give one model; there are ${stems.size}, such as ${[...stems.values()].slice(0, 3).join(', ')}`,
      );
    }
    if (name !== undefined) return ending === '.json' ? (names.find(isConfig) ?? name) : name;
  }
  return undefined;
}

const isConfig = (name: string): boolean => name.toLowerCase() === 'config.json';

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
  const read = readerOf(name) ?? (await ofFile(name, () => readerByContent(files, name)));
  return read(files, name);
}

/** The reader of a file by its first bytes: Ollama keeps a GGUF under the name of its hash. @throws ModelFileError */
async function readerByContent(files: Files, name: string): Promise<Reader> {
  const head = await (await opened(files, name)).bytes(0, KIND_BYTES);
  const kind = kindOf(head);
  if (kind?.is === GGUF_FILE) return readGguf;
  if (kind?.is === SAFETENSORS_FILE) return readSafetensors;
  throw new ModelFileError(kindClause(head) ?? `must be ${MODEL_FILES}`);
}
