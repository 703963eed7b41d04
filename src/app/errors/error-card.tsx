/** One card for each error: its title, its message, and what to do. */

import './error-card.css';
import type { Store } from '../state.ts';
import { ADVICE } from './advice.ts';
import type { PageErrorCode } from './page-error.ts';

export function ErrorCards({ store }: { store: Store }) {
  const error = store.error.value;
  return (
    <div role="alert" class="errors">
      {store.problems.length > 0 && <ErrorCard code="unknown-parameter" messages={store.problems} />}
      {error && <ErrorCard code={error.code} messages={[error.message]} />}
    </div>
  );
}

function ErrorCard({ code, messages }: { code: PageErrorCode; messages: readonly string[] }) {
  const { title, steps } = ADVICE[code];
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
