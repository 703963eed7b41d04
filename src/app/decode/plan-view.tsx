/** The memory plan: what each step would take, before any of it is there. */

import { layersPhrase, lengthsText } from '../../../results/decode.ts';
import { bytesText } from '../../../results/figures.ts';
import type { Store } from '../state.ts';
import { planVerdict } from './plan-text.ts';
import type { StepPlan, StepPlans } from './planner-api.ts';

/** Rows that are seen at once: a grid has dozens. */
const SHOWN = 8;

export function PlanView({ store }: { store: Store }) {
  const plans = store.stepPlans.value;
  return (
    <div class="memory-plan" aria-live="polite">
      <h3>Memory</h3>
      {plans ? (
        <>
          <p>
            {planVerdict(plans)} A step may take {bytesText(plans.budgetBytes)}.
          </p>
          <PlanRows steps={plans.steps.slice(0, SHOWN)} budgetBytes={plans.budgetBytes} />
          {plans.steps.length > SHOWN && (
            <details>
              <summary>{plans.steps.length - SHOWN} more steps</summary>
              <PlanRows steps={plans.steps.slice(SHOWN)} budgetBytes={plans.budgetBytes} />
            </details>
          )}
        </>
      ) : (
        <p>Planning…</p>
      )}
    </div>
  );
}

const PlanRows = ({ steps, budgetBytes }: StepPlans) => (
  <ul>
    {steps.map((step) => (
      <PlanRow key={JSON.stringify(step.case)} step={step} budgetBytes={budgetBytes} />
    ))}
  </ul>
);

function PlanRow({ step: { case: c, plan }, budgetBytes }: { step: StepPlan; budgetBytes: number }) {
  const name = (
    <strong>
      batch {c.batch}, context {lengthsText(c)}
    </strong>
  );
  if (typeof plan === 'string') {
    return (
      <li data-plan="refused">
        {name}
        <span class="why">{plan}</span>
      </li>
    );
  }
  const { weightBytes, cacheBytes, scratchBytes, layers } = plan;
  const width = (bytes: number) => ({ width: `${(100 * bytes) / budgetBytes}%` });
  return (
    <li data-plan="fits">
      {name}
      <span class="total">{bytesText(weightBytes + cacheBytes + scratchBytes)}</span>
      <span class="bar" aria-hidden="true">
        <span class="weights" style={width(weightBytes)} />
        <span class="cache" style={width(cacheBytes)} />
        <span class="scratch" style={width(scratchBytes)} />
      </span>
      <span class="parts">
        <span class="weights">{bytesText(weightBytes)} weights</span>
        <span class="cache">{bytesText(cacheBytes)} KV cache</span>
        <span class="scratch">{bytesText(scratchBytes)} scratch</span>
        <span>{layersPhrase(layers)}</span>
      </span>
    </li>
  );
}
