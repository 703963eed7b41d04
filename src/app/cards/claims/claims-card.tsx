/** The verdicts on the thesis's claims, each with the numbers that it rests on, and their chart. */

import './claims.css';
import { useSignal } from '@preact/signals';
import type { ClaimView } from '../../analysis/view.ts';
import { Canvas } from '../../chart/canvas.tsx';
import { sourceLine } from '../../chart/source-line.ts';
import { Swatch } from '../../chart/swatch.tsx';
import type { Store } from '../../state.ts';
import { claimPlot, claimTable, isMeasuredChart, labelOf, legendOf } from './claim-chart.ts';

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

/** The chart, made once somebody opens it: ten canvases at once would keep a phone busy. */
function ClaimChart({ claim: { id, statement, chart }, store }: { claim: ClaimView; store: Store }) {
  return (
    <>
      <ul class="legend">
        {legendOf(chart).map(({ name, of }) => (
          <li key={name} data-series={typeof of === 'number' ? of + 1 : undefined}>
            <Swatch of={of} />
            <span>{name}</span>
          </li>
        ))}
      </ul>
      <Canvas
        plot={(colours) => {
          // Read from the store, not from `chart`: a run adds points while the chart is open.
          const now = store.view.value.claims.find((claim) => claim.id === id)?.chart;
          return now && claimPlot(now, colours);
        }}
        label={labelOf(chart)}
        describedBy={reasonId(id)}
        caption={{ title: statement, source: sourceLine(store) }}
        table={() => claimTable(chart)}
      />
    </>
  );
}
