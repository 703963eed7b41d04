/** The verdicts on the thesis's claims, each with the numbers that it rests on, and their chart. */

import './claims.css';
import type { ClaimView } from '../../analysis/view.ts';
import type { Store } from '../../state/state.ts';
import { ClaimDetails } from './claim-details.tsx';

export function ClaimsCard({ store }: { store: Store }) {
  const { claims } = store.view.value;
  if (claims.length === 0) return null;
  return (
    <section class="card claims" aria-labelledby="claims-title">
      <h2 id="claims-title">The thesis, on this machine</h2>
      <p class="lead">
        Each claim is a test whose threshold was fixed beforehand. A claim holds or fails if the whole 95&nbsp;%
        interval within this run lies on one side of its threshold; otherwise it is undecided. Bars in charts are such
        intervals.
        {store.busy.value && ' These claims are decided so far; the others need steps that are not measured yet.'}
      </p>
      <ul>
        {claims.map((claim) => (
          <Claim key={claim.id} claim={claim} store={store} />
        ))}
      </ul>
    </section>
  );
}

function Claim({ claim, store }: { claim: ClaimView; store: Store }) {
  const { id, statement, verdict, reason } = claim;
  const reasonId = `claim-${id}-reason`;
  return (
    <li data-claim={id} data-verdict={verdict}>
      <span class="verdict">{verdict}</span>
      <span class="statement">{statement}</span>
      <span class="reason" id={reasonId}>
        {reason}
      </span>
      <ClaimDetails claim={claim} store={store} describedBy={reasonId} />
    </li>
  );
}
