/** The planner: reads model files and plans memory in a worker of its own, since a large sweep takes seconds. */

import { expose } from 'comlink';
import { sum } from 'simple-statistics';
import { z } from 'zod';
import { planMemory } from '../../../harness/decode/memory-plan.ts';
import { groupBy } from '../../../results/statistics.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { decodeTasks } from '../../model/decode-tasks.ts';
import { nearestFormat } from '../../model/files/nearest-format.ts';
import { MODEL_FILES, type ModelFile, modelFileAmong, readModel } from '../../model/files/read-model.ts';
import { ModelFileError } from '../../model/files/source.ts';
import type { StoredTensor } from '../../model/files/stored.ts';
import { isMultiplied, weightsIn } from '../../model/tensors.ts';
import { filesOfBlobs } from './blob-files.ts';
import type { PlannerApi, ReadFile, StepPlan } from './planner-api.ts';

// The Content-Security-Policy allows no code from strings, which zod would try.
z.config({ jitless: true });

const planner: PlannerApi = {
  async read(files) {
    const names = files.map(({ name }) => name);
    const name = modelFileAmong(names);
    if (name === undefined) return `Give ${MODEL_FILES}; got ${names.join(', ') || 'no file'}`;
    try {
      return describe(await readModel(filesOfBlobs(files.map((blob) => ({ name: blob.name, blob }))), name));
    } catch (error) {
      if (error instanceof ModelFileError) return error.message;
      throw error;
    }
  },
  async plan({ models, sweep }, limits, budgetBytes) {
    const steps = decodeTasks(models, sweep).map(({ case: c, make }): StepPlan => {
      try {
        return { case: c, plan: planMemory(KERNEL_FOLDERS, make, limits, budgetBytes) };
      } catch (error) {
        // The kernels that there are cannot run it.
        if (error instanceof RangeError) return { case: c, plan: error.message };
        throw error;
      }
    });
    return { steps, budgetBytes };
  },
};

function describe({ model, weights }: ModelFile): ReadFile {
  const matrices = (weights?.tensors ?? []).filter(isMultiplied);
  const byFormat = [...groupBy(matrices, (tensor) => nearestFormat(tensor).format)];
  const weightsOf = (tensors: readonly StoredTensor[]) => sum(tensors.map(weightsIn));
  const [most] = byFormat.sort(([, a], [, b]) => weightsOf(b) - weightsOf(a));
  if (!most?.[1][0]) return { model, weights: null, differs: '' };
  const [format, [example]] = most;
  return { model, weights: format, differs: nearestFormat(example).differs ?? '' };
}

expose(planner);
