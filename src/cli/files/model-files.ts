/** Models by path. Files are read in part: only the bytes that `src/model/files/` asks for. */

import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isModelFile, MODEL_FILES, type ModelFile, modelFileAmong, readModel } from '../../model/files/read-model.ts';
import { type ByteSource, type Files, ModelFileError, ofFile } from '../../model/files/source.ts';
import { MODELS } from '../../model/models/index.ts';
import { modelById } from '../../model/models/predicted.ts';
import { UsageError } from '../errors.ts';

/**
 * Reads the model that `text` names: a preset's id, or the path of a file or of a folder that holds a model.
 *
 * @throws UsageError if there is none, or it cannot be read
 */
export async function modelFileNamed(text: string): Promise<ModelFile> {
  try {
    const preset = MODELS.find(({ id }) => id === text);
    const found = preset ? undefined : await stat(text).catch(() => undefined);
    if (!found && !isModelFile(text)) return { model: modelById(text) };
    const file = found?.isDirectory()
      ? await readModel(filesIn(text), await modelIn(text))
      : await readModel(filesIn(dirname(text)), basename(text));
    return { ...file, model: { ...file.model, id: text } };
  } catch (error) {
    if (error instanceof ModelFileError) throw new UsageError(`--model: ${error.message}`);
    if (error instanceof RangeError)
      throw new UsageError(`--model: ${error.message} (see "hbmark list models"); or give ${MODEL_FILES}`);
    throw error;
  }
}

/** The name of the model in a folder. @throws ModelFileError unless there is one */
function modelIn(folder: string): Promise<string> {
  return ofFile(basename(folder), async () => {
    const names = await readdir(folder).catch((error: Error) => {
      throw unreadable(basename(folder), error);
    });
    const name = modelFileAmong(names.sort());
    if (name === undefined) throw new ModelFileError(`holds no model: give ${MODEL_FILES}`);
    return name;
  });
}

/** Returns the files in a folder. */
export const filesIn = (folder: string): Files => ({
  async open(name) {
    const path = join(folder, name);
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw unreadable(name, error);
    });
    if (found && !found.isFile()) throw new ModelFileError('must be a file', name);
    return found && sourceOf(path, name, found.size);
  },
});

/**
 * Returns the bytes of a file. The file is opened for each reading, since readings are few and nobody closes a source.
 */
function sourceOf(path: string, name: string, size: number): ByteSource {
  const bytes: ByteSource['bytes'] = async (offset, length) => {
    const file = await open(path).catch((error: Error) => {
      throw unreadable(name, error);
    });
    try {
      const buffer = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, offset);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  };
  return { size, bytes };
}

const unreadable = (name: string, error: Error): ModelFileError =>
  new ModelFileError(`cannot be read (${error.message})`, name);
