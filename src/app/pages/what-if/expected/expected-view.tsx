/** What a serving engine is expected to reach, below the bound. */

import './expected.css';
import type { Store } from '../store.ts';

export function Expected({ store }: { store: Store }) {
  const known = store.known.value;
  const answer = store.answer.value;
  if (known === undefined) return <div class="expected" aria-hidden="true" />;
  if (known === 'failed') {
    return <p class="expected">What engines reach could not be loaded: reload the page to see it.</p>;
  }
  const expectation = known.expectationOf(answer);
  if (!expectation) return null;
  const { text, evidence, warnings } = expectation;
  return (
    <div class="expected">
      <p>{text}</p>
      {evidence !== undefined && <p class="note">{evidence}</p>}
      {warnings.map((warning) => (
        <p class="note" key={warning}>
          {warning}
        </p>
      ))}
    </div>
  );
}
