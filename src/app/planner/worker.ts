/** The planner: reads model files and plans memory in a worker of its own, since a large sweep takes seconds. */

import { expose } from 'comlink';
import { z } from 'zod';
import { planMemory } from '../../../harness/decode/memory-plan.ts';
import { planSteps } from '../../../harness/decode/tasks.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import type { Room } from '../../../shaders/step.ts';
import { nearestOfAll } from '../../model/files/nearest-format.ts';
import { MODEL_FILES, type ModelFile, modelFileAmong, readModel } from '../../model/files/read-model.ts';
import { ModelFileError } from '../../model/files/source.ts';
import { decodeTasks } from '../../model/request/tasks.ts';
import { filesOfBlobs } from '../run/blob-files.ts';
import type { PlannerApi, ReadFile, StepPlan } from './api.ts';

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
    const tasks = (room: Room) => decodeTasks(models, sweep, room);
    const planned = planSteps({ kernels: KERNEL_FOLDERS, tasks, budgetBytes }, limits, undefined);
    const steps = planned.tasks.map(({ case: c, make }): StepPlan => {
      return { case: c, plan: planMemory(KERNEL_FOLDERS, make, limits, budgetBytes) };
    });
    return { steps, budgetBytes };
  },
};

function describe({ model, weights }: ModelFile): ReadFile {
  const nearest = weights && nearestOfAll(weights.tensors);
  return { model, weights: nearest?.format ?? null, differs: nearest?.differs ?? '' };
}

expose(planner);
