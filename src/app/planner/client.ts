/** The planner as the page sees it: a worker that is started when it is first needed. */

import { type Remote, wrap } from 'comlink';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import type { DecodeRequest } from '../../model/request/request.ts';
import type { PlannerApi, ReadFile, StepPlans } from './api.ts';

/** Planning starts this long after the last change, so that a person can finish typing. */
const SETTLE_MS = 150;

export interface Planner {
  read(files: readonly File[]): Promise<ReadFile | string>;
  /** Calls back with the plan, unless another is requested before it is there. */
  plan(request: DecodeRequest, limits: Limits, budgetBytes: number, onPlans: (plans: StepPlans) => void): void;
  /** Forgets the plan that was requested last. */
  drop(): void;
}

/** @param onBroken hears that the planner's code could not be loaded, or broke: there will be no answers */
export function startPlanner(onBroken: () => void): Planner {
  let worker: Remote<PlannerApi> | undefined;
  const remote = (): Remote<PlannerApi> => {
    if (worker) return worker;
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-planner' });
    started.addEventListener('error', onBroken);
    worker = wrap<PlannerApi>(started);
    return worker;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A number that rises with each request. Plans of an earlier generation are dropped. */
  let generation = 0;
  const drop = () => {
    generation++;
    clearTimeout(timer);
  };
  return {
    read: (files) => remote().read([...files]),
    plan(request, limits, budgetBytes, onPlans) {
      drop();
      const asked = generation;
      timer = setTimeout(async () => {
        const plans = await remote().plan(request, limits, budgetBytes);
        if (asked === generation) onPlans(plans);
      }, SETTLE_MS);
    },
    drop,
  };
}
