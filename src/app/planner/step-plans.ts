/** The memory plans of the decode steps that a request asks for. */

import { planMemory } from '../../../harness/decode/memory-plan.ts';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import { planSteps } from '../../../harness/decode/tasks.ts';
import { defaultTuning } from '../../../harness/sampling/plan.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import type { Room } from '../../../shaders/step.ts';
import type { DecodeRequest } from '../../model/request/request.ts';
import { decodeTasks } from '../../model/request/tasks.ts';
import type { StepPlan, StepPlans } from './api.ts';

/** @param budgetBytes the maximum memory of one step */
export function stepPlansOf({ models, sweep }: DecodeRequest, limits: Limits, budgetBytes: number): StepPlans {
  const tasks = (room: Room) => decodeTasks(models, sweep, room);
  const planned = planSteps({ kernels: KERNEL_FOLDERS, tasks, budgetBytes }, limits, defaultTuning);
  const steps = planned.tasks.map(
    ({ case: c, make }): StepPlan => ({ case: c, plan: planMemory(KERNEL_FOLDERS, make, limits, budgetBytes) }),
  );
  return { steps, budgetBytes };
}
