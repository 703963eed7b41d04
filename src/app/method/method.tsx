/** How the figures of a record came about, in plain words and from the record alone. */

import './method.css';
import type { Store } from '../state.ts';
import { methodOf } from './method-text.ts';

export function Method({ store }: { store: Store }) {
  const record = store.record.value;
  if (!record) return null;
  return (
    <details class="card method">
      <summary>How was this measured?</summary>
      <dl>
        {methodOf(record).map(({ question, answer }) => (
          <div key={question}>
            <dt>{question}</dt>
            <dd>{answer}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
