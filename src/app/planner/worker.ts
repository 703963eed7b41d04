/** The planner: reads model files and plans memory, in a worker of its own, since a large sweep takes seconds. */

import '../text/locale.ts';
import { expose } from 'comlink';
import { z } from 'zod';
import { shown } from '../../../results/text/shown.ts';
import { nearestOfAll } from '../../model/files/nearest-format.ts';
import { MODEL_FILES, type ModelFile, modelFileAmong, readModel } from '../../model/files/read-model.ts';
import { ModelFileError } from '../../model/files/source.ts';
import type { PlannerApi, ReadFile } from './api.ts';
import { filesOfBlobs } from './blob-files.ts';
import { foreignAmong, recordAmong } from './record-file.ts';
import { stepPlansOf } from './step-plans.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

const planner: PlannerApi = {
  async read(files) {
    const record = await recordAmong(files);
    if (record !== undefined) return record;
    const names = files.map(({ name }) => name);
    try {
      // A file by another name may be a model all the same, and if not, whoever reads it says what it is.
      const name = modelFileAmong(names) ?? (names.length === 1 ? names[0] : undefined);
      if (name === undefined) return `Give ${MODEL_FILES}; got ${shown(names.join(', ')) || 'no file'}`;
      return describe(await readModel(filesOfBlobs(files.map((blob) => ({ name: blob.name, blob }))), name));
    } catch (error) {
      if (!(error instanceof ModelFileError)) throw error;
      // A list of all models says nothing of what is none.
      return (error.isUntyped && (await foreignAmong(files))) || error.message;
    }
  },
  plan: async (request, limits, budgetBytes) => stepPlansOf(request, limits, budgetBytes),
};

function describe({ model, weights }: ModelFile): ReadFile {
  const nearest = weights && nearestOfAll(weights.tensors);
  return { model, weights: nearest?.format ?? null, differs: nearest?.differs ?? '' };
}

expose(planner);
