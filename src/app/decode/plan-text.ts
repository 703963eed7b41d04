/** What plans of decode steps come to, in a line; pure. */

import { layersText } from '../../../results/decode.ts';
import type { StepPlans } from './planner-api.ts';

export function planVerdict({ steps }: Pick<StepPlans, 'steps'>): string {
  const plans = steps.flatMap(({ plan }) => (typeof plan === 'string' ? [] : [plan]));
  const none = steps.length - plans.length;
  if (plans.length === 0)
    return steps.length === 1 ? 'This step cannot run here.' : 'None of these steps can run here.';
  const refused = none > 0 ? ` ${none} of ${steps.length} steps cannot run here.` : '';
  const tight = plans
    .filter(({ layers }) => layers.distinct < layers.total)
    .sort((a, b) => a.layers.distinct - b.layers.distinct)[0];
  if (!tight) return `Every layer has memory of its own.${refused}`;
  return `Not all layers fit: ${layersText(tight.layers)} have memory of their own, and are used in turn. More memory, under Options, makes room for more.${refused}`;
}
