/** The claims: each with its verdict, a plain sentence, and what was measured against what is needed on one track. */

import './claims-panel.css';
import type { ClaimView, StatisticView } from '../../../analysis/view.ts';
import { ClaimDetails } from '../../../cards/claims/claim-details.tsx';
import { useWidth } from '../../../charts/svg/use-width.ts';
import { DataTable } from '../../../charts/table/data-table.tsx';
import { SaveButtons } from '../../../charts/table/save-buttons.tsx';
import type { Store } from '../../../state/state.ts';
import { countedText, SIGNS, statisticText, tableOf, trackOf } from './claim-words.ts';

interface ClaimsPanelProps {
  readonly claims: readonly ClaimView[];
  readonly store: Store;
  readonly source: string;
}

export function ClaimsPanel({ claims, store, source }: ClaimsPanelProps) {
  const table = () => tableOf(claims);
  return (
    <section class="card plot claim-tracks" aria-labelledby="claim-tracks-title">
      <h2 id="claim-tracks-title">The claims, on this machine</h2>
      <p class="lead">
        {countedText(claims)} What each needs was fixed before anything was measured. The shaded part of a track is
        where the claim holds; it is decided where the whole bar, a 95&nbsp;% interval, lies on one side.
      </p>
      <ul>
        {claims.map((claim) => (
          <Claim key={claim.id} claim={claim} store={store} />
        ))}
      </ul>
      <DataTable title="The claims" table={table} />
      <SaveButtons id="claims" title="The claims" source={source} table={table} />
      <p class="note">{source}</p>
    </section>
  );
}

function Claim({ claim, store }: { readonly claim: ClaimView; readonly store: Store }) {
  const { id, statement, verdict, reason, statistics } = claim;
  const reasonId = `claim-${id}-reason`;
  const found = statistics.filter(({ figure }) => figure !== null);
  return (
    <li data-claim={id} data-verdict={verdict}>
      <span class="verdict">
        <span class="sign-of-verdict" aria-hidden="true">
          {SIGNS[verdict]}
        </span>{' '}
        {verdict}
      </span>
      <div class="said">
        <p class="statement">{statement}</p>
        <div id={reasonId}>
          {found.length === 0 ? (
            <p class="reason">{reason.charAt(0).toUpperCase() + reason.slice(1)}.</p>
          ) : (
            statistics.map((one) => (
              <div key={one.what} class="statistic">
                <p class="reason">{statisticText(one)}</p>
                <TrackView statistic={one} />
              </div>
            ))
          )}
        </div>
        <ClaimDetails claim={claim} store={store} describedBy={reasonId} />
      </div>
    </li>
  );
}

/** Sizes of a track in px. */
const [HEIGHT, MIDDLE, SIGN] = [24, 12, 5];

function TrackView({ statistic }: { readonly statistic: StatisticView }) {
  const [place, width] = useWidth<HTMLDivElement>(320);
  const track = trackOf(statistic);
  if (!track) return null;
  const x = (part: number): number => Math.round(part * (width - 2) + 1);
  const [from, to] = track.needed;
  return (
    <div class="track" ref={place} data-verdict={statistic.verdict}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} width={width} height={HEIGHT} aria-hidden="true">
        <path class="rail" d={`M1 ${MIDDLE}H${width - 1}`} />
        <rect class="needed" x={x(from)} y={4} width={Math.max(2, x(to) - x(from))} height={HEIGHT - 8} />
        {from > 0 && <path class="threshold" d={`M${x(from)} 1V${HEIGHT - 1}`} />}
        {to < 1 && <path class="threshold" d={`M${x(to)} 1V${HEIGHT - 1}`} />}
        {track.interval && <path class="interval" d={`M${x(track.interval[0])} ${MIDDLE}H${x(track.interval[1])}`} />}
        <circle class="at" cx={x(track.at)} cy={MIDDLE} r={SIGN} />
      </svg>
    </div>
  );
}
