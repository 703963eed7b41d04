/** The labels of a run: what a reader must know before believing its figures, with reasons. */

import './labels.css';
import type { Store } from '../../state.ts';

export function Labels({ store }: { store: Store }) {
  const labels = store.labels.value;
  if (labels.length === 0) return null;
  return (
    <section class="labels" aria-labelledby="labels-title">
      <h2 id="labels-title">Before you believe it</h2>
      <ul>
        {labels.map(({ id, title, reason }) => (
          <li key={id} data-label={id}>
            <strong>{title}</strong>
            <span>{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
