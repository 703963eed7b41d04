/** Memory plans of decode steps, in words. Pure. */

import { layersText, lengthsText } from '../../../../../../results/text/step-text.ts';
import type { StepPlan, StepPlans } from '../../../../planner/api.ts';

/** Names steps by what tells them apart. Formats are left out of the names if all steps have the same. */
export function stepNames(steps: readonly StepPlan[]): (step: StepPlan) => string {
  const varies = (key: 'weights' | 'kv') => new Set(steps.map((step) => step.case[key])).size > 1;
  const [weightsVary, kvVary] = [varies('weights'), varies('kv')];
  return ({ case: c }) =>
    [
      ...(weightsVary ? [c.weights] : []),
      ...(kvVary ? [`KV cache in ${c.kv}`] : []),
      `batch ${c.batch}`,
      `context ${lengthsText(c)}`,
    ].join(', ');
}

/** Says in a line whether the steps fit into the memory budget. */
export function planVerdict({ steps }: Pick<StepPlans, 'steps'>): string {
  const plans = steps.flatMap(({ plan }) => (typeof plan === 'string' ? [] : [plan]));
  const none = steps.length - plans.length;
  if (plans.length === 0)
    return steps.length === 1 ? 'This step cannot run here.' : 'None of these steps can run here.';
  const refused = none > 0 ? ` ${none} of ${steps.length} steps cannot run here.` : '';
  const tight = plans
    .filter(({ layers }) => layers.distinct < layers.total)
    .sort((a, b) => a.layers.distinct - b.layers.distinct);
  const [tightest] = tight;
  if (!tightest) return `Every layer has memory of its own.${refused}`;
  const where = tight.length < plans.length ? `, in ${tight.length} of ${plans.length} steps` : '';
  const atLeast = tight.length > 1 ? 'at least ' : '';
  return `Not all layers fit${where}: ${atLeast}${layersText(tightest.layers)} have memory of their own, and are used in turn. More memory, under Options, makes room for more.${refused}`;
}
