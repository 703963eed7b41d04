/** What the run says of the thesis's claims: the verdict on each, and the numbers that it rests on. */

import './claims.css';
import type { Store } from '../state.ts';

export function ClaimsCard({ store }: { store: Store }) {
  const { claims } = store.view.value;
  if (claims.length === 0) return null;
  return (
    <section class="card claims" aria-labelledby="claims-title">
      <h2 id="claims-title">The thesis, on this machine</h2>
      <p class="lead">
        Thresholds were fixed before anything was measured. A claim holds or fails by the whole of an interval; else it
        is undecided.
      </p>
      <ul>
        {claims.map(({ id, statement, verdict, reason }) => (
          <li key={id} data-claim={id} data-verdict={verdict}>
            <span class="verdict">{verdict}</span>
            <span class="statement">{statement}</span>
            <span class="reason">{reason}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
