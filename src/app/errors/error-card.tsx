/** One card for each error: its title, its message, and what to do. */

import './error-card.css';
import type { Place } from '../../../results/machine/place.ts';
import type { Store } from '../state.ts';
import { ADVICE } from './advice.ts';
import type { PageErrorCode } from './page-error.ts';

export function ErrorCards({ store }: { store: Store }) {
  const error = store.error.value;
  const { place } = store;
  return (
    <div role="alert" class="errors">
      {store.problems.length > 0 && <ErrorCard code="unknown-parameter" place={place} messages={store.problems} />}
      {error && <ErrorCard code={error.code} place={place} messages={[error.message]} />}
    </div>
  );
}

interface ErrorCardProps {
  readonly code: PageErrorCode;
  readonly place: Place;
  readonly messages: readonly string[];
}

function ErrorCard({ code, place, messages }: ErrorCardProps) {
  const { title, steps } = ADVICE[code](place);
  return (
    <section class="error-card" data-code={code}>
      <h2>{title}</h2>
      {messages.map((message) => (
        <p key={message}>{message}</p>
      ))}
      <h3>What to do</h3>
      <ul>
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ul>
    </section>
  );
}
