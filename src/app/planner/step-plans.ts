/** The memory plans of the decode steps that a request asks for. */

import { planMemory } from '../../../harness/decode/memory-plan.ts';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import { planSteps, tooManySteps } from '../../../harness/decode/tasks.ts';
import { defaultTuning } from '../../../harness/sampling/plan.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import type { Room } from '../../../shaders/step.ts';
import type { DecodeRequest } from '../../model/request/request.ts';
import { type DecodeSweep, fewestSteps, numbersIn, SWEEP_RANGES } from '../../model/request/sweep.ts';
import { decodeTasks } from '../../model/request/tasks.ts';
import type { StepPlan, StepPlans } from './api.ts';

/**
 * The plan of each step. Of more steps than a run times none is planned, which would take minutes: the first says why.
 * @param budgetBytes the maximum memory of one step
 */
export function stepPlansOf({ models, sweep }: DecodeRequest, limits: Limits, budgetBytes: number): StepPlans {
  const fewest = tooManySteps(models.length * fewestSteps(sweep));
  if (fewest !== undefined) return { steps: refused(models, sweep, fewest), budgetBytes };
  const tasks = (room: Room) => decodeTasks(models, sweep, room);
  const planned = planSteps({ kernels: KERNEL_FOLDERS, tasks, budgetBytes }, limits, defaultTuning);
  const many = tooManySteps(planned.tasks.length);
  if (many !== undefined) return { steps: refused(models, sweep, many), budgetBytes };
  const steps = planned.tasks.map(
    ({ case: c, make }): StepPlan => ({ case: c, plan: planMemory(KERNEL_FOLDERS, make, limits, budgetBytes) }),
  );
  return { steps, budgetBytes };
}

/** One step that stands for all, with the reason why none is planned. */
function refused(
  models: DecodeRequest['models'],
  { weights, kv, contexts, batches }: DecodeSweep,
  plan: string,
): StepPlan[] {
  const [model = { id: '' }] = models;
  const first = { weights: weights[0] ?? '', kv: kv[0] ?? '' };
  const [context = SWEEP_RANGES.context.min] = numbersIn(contexts);
  const [batch = SWEEP_RANGES.batch.min] = numbersIn(batches);
  return [{ case: { model: model.id, ...first, context, batch }, plan }];
}
