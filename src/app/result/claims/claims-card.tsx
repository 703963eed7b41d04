/** What the run says of the thesis's claims: the verdict on each, the numbers that it rests on, and their chart. */

import './claims.css';
import { useSignal } from '@preact/signals';
import type { ClaimView } from '../../analysis/view.ts';
import { Canvas } from '../../chart/canvas.tsx';
import { draw } from '../../chart/chart.ts';
import { Swatch } from '../../chart/swatch.tsx';
import type { Store } from '../../state.ts';
import { axesOf, datasetsOf, isMeasuredChart, labelOf, legendOf } from './claim-chart.ts';

export function ClaimsCard({ store }: { store: Store }) {
  const { claims } = store.view.value;
  if (claims.length === 0) return null;
  return (
    <section class="card claims" aria-labelledby="claims-title">
      <h2 id="claims-title">The thesis, on this machine</h2>
      <p class="lead">
        Thresholds were fixed before anything was measured. A claim holds or fails by the whole of an interval; else it
        is undecided. Bars in charts are 95&nbsp;% intervals.
        {store.busy.value && ' These are decided by now; others need steps that are still to come.'}
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
  const { id, statement, verdict, reason, chart } = claim;
  const open = useSignal(false);
  return (
    <li data-claim={id} data-verdict={verdict}>
      <span class="verdict">{verdict}</span>
      <span class="statement">{statement}</span>
      <span class="reason" id={reasonId(id)}>
        {reason}
      </span>
      {isMeasuredChart(chart) && (
        <details
          onToggle={(event) => {
            open.value = event.currentTarget.open;
          }}
        >
          <summary>
            Chart<span class="visually-hidden"> of: {statement}</span>
          </summary>
          {open.value && <ClaimChart claim={claim} store={store} />}
        </details>
      )}
    </li>
  );
}

const reasonId = (id: string): string => `claim-${id}-reason`;

/** Made once somebody asks for it: ten canvases take a phone a while. */
function ClaimChart({ claim: { id, chart }, store }: { claim: ClaimView; store: Store }) {
  return (
    <>
      <Canvas
        draw={(canvas, colours) => {
          // As of now: a run that goes on adds points.
          const now = store.view.value.claims.find((claim) => claim.id === id)?.chart;
          if (now) draw(canvas, datasetsOf(now, colours), axesOf(now), colours);
        }}
        label={labelOf(chart)}
        describedBy={reasonId(id)}
      />
      <ul class="legend">
        {legendOf(chart).map(({ name, swatch, series }) => (
          <li key={name} data-series={series}>
            <Swatch point={swatch} />
            <span>{name}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
