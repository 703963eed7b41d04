/** The labels of a run: what a reader must know before believing its figures, with reasons. */

import './labels.css';
import { StepText } from '../../shell/errors/step-text.tsx';
import type { Store } from '../../state/state.ts';

export function Labels({ store }: { store: Store }) {
  const labels = store.labels.value;
  if (labels.length === 0) return null;
  return (
    <section class="labels" aria-labelledby="labels-title">
      <h2 id="labels-title">Before you believe it</h2>
      <ul>
        {labels.map(({ id, title, reason, steps }) => (
          <li key={id} data-label={id}>
            <strong>{title}</strong>
            <span>{reason}</span>
            {steps.length > 0 && (
              <>
                <em>What to do</em>
                <ul class="steps">
                  {steps.map((step) => (
                    <li key={step}>
                      <StepText text={step} />
                    </li>
                  ))}
                </ul>
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
