/** The planner as the page sees it: a worker that is started when it is first needed. */

import { wrap } from 'comlink';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import type { DecodeRequest } from '../../model/request/request.ts';
import { orFailed, started } from '../shell/started-worker.ts';
import type { PlannerApi, ReadFile, StepPlans } from './api.ts';

/** Planning starts this long after the last change, so that a person can finish typing. */
const SETTLE_MS = 150;

export interface Planner {
  /** As `PlannerApi` has it. Empty text: there is no answer, of which `onBroken` hears. */
  read(files: readonly File[]): Promise<ReadFile | string>;
  /** Calls back with the plan, unless another is requested before it is there. */
  plan(request: DecodeRequest, limits: Limits, budgetBytes: number, onPlans: (plans: StepPlans) => void): void;
  /** Forgets the plan that was requested last. */
  drop(): void;
}

/** @param onBroken hears that the planner's code could not be loaded, or broke: there will be no answers */
export function startPlanner(onBroken: () => void): Planner {
  let begun: ReturnType<typeof begin> | undefined;
  const planner = () => {
    begun ??= begin(onBroken);
    return begun;
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** A number that rises with each request. Plans of an earlier generation are dropped. */
  let generation = 0;
  const drop = () => {
    generation++;
    clearTimeout(timer);
  };
  return {
    read(files) {
      const { remote, orBroken } = planner();
      return orBroken<ReadFile | string>(remote.read([...files]));
    },
    plan(request, limits, budgetBytes, onPlans) {
      drop();
      const asked = generation;
      timer = setTimeout(async () => {
        try {
          const plans = await planner().remote.plan(request, limits, budgetBytes);
          if (asked === generation) onPlans(plans);
        } catch (error) {
          // What a worker throws is no event of it.
          console.error(error);
          onBroken();
        }
      }, SETTLE_MS);
    },
    drop,
  };
}

function begin(onBroken: () => void) {
  const on = started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-planner' }));
  void on.failed.then(onBroken);
  const orBroken = orFailed(on, () => '');
  return { remote: wrap<PlannerApi>(on.worker), orBroken };
}
