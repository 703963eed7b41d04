/** The memory plan: what each decode step would take, known before any memory is allocated. */

import './plan-view.css';
import { bytesText } from '../../../../../../results/text/figures.ts';
import { layersPhrase } from '../../../../../../results/text/step-text.ts';
import type { StepPlan, StepPlans } from '../../../../planner/api.ts';
import type { Store } from '../../../../state/state.ts';
import { planVerdict, stepNames } from './plan-text.ts';

/** The maximum number of rows that are not folded away: a sweep can have dozens. */
const MAX_ROWS = 8;

export function PlanView({ store }: { store: Store }) {
  const plans = store.stepPlans.value;
  return (
    <div class="memory-plan" aria-live="polite">
      <h3>Memory</h3>
      {plans ? (
        <>
          <p>
            {planVerdict(plans)} One step may take up to {bytesText(plans.budgetBytes)}.
          </p>
          <AllRows {...plans} />
        </>
      ) : (
        <p>Planning…</p>
      )}
    </div>
  );
}

function AllRows({ steps, budgetBytes }: StepPlans) {
  const common = { budgetBytes, nameOf: stepNames(steps) };
  return (
    <>
      <PlanRows {...common} steps={steps.slice(0, MAX_ROWS)} />
      {steps.length > MAX_ROWS && (
        <details>
          <summary>{steps.length - MAX_ROWS} more steps</summary>
          <PlanRows {...common} steps={steps.slice(MAX_ROWS)} />
        </details>
      )}
    </>
  );
}

const PlanRows = ({ steps, budgetBytes, nameOf }: StepPlans & { nameOf: (step: StepPlan) => string }) => (
  <ul>
    {steps.map((step) => (
      <PlanRow key={JSON.stringify(step.case)} step={step} name={nameOf(step)} budgetBytes={budgetBytes} />
    ))}
  </ul>
);

interface PlanRowProps {
  readonly step: StepPlan;
  readonly name: string;
  readonly budgetBytes: number;
}

function PlanRow({ step: { plan }, name, budgetBytes }: PlanRowProps) {
  if (typeof plan === 'string') {
    return (
      <li data-plan="refused">
        <strong>{name}</strong>
        <span class="why">{plan}</span>
      </li>
    );
  }
  const { weightBytes, cacheBytes, scratchBytes, layers } = plan;
  const width = (bytes: number) => ({ width: `${(100 * bytes) / budgetBytes}%` });
  return (
    <li data-plan="fits">
      <strong>{name}</strong>
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
