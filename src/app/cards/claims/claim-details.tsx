/** The chart of a claim, behind a line that opens it. */

import './claim-details.css';
import { useSignal } from '@preact/signals';
import type { ClaimView } from '../../analysis/view.ts';
import { Canvas } from '../../charts/canvas/canvas.tsx';
import { Swatch } from '../../charts/signs/swatch.tsx';
import { sourceLine } from '../../charts/source-line.ts';
import type { Store } from '../../state/state.ts';
import { claimPlot, claimTable, isMeasuredChart, labelOf, legendOf } from './claim-chart.ts';

interface ClaimDetailsProps {
  readonly claim: ClaimView;
  readonly store: Store;
  /** The id of the text that says what follows from the chart. */
  readonly describedBy: string;
}

/** Nothing, where nothing was measured that a chart could show. */
export function ClaimDetails({ claim, store, describedBy }: ClaimDetailsProps) {
  const open = useSignal(false);
  if (!isMeasuredChart(claim.chart)) return null;
  return (
    <details
      class="claim-details"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>
        Chart<span class="visually-hidden"> of: {claim.statement}</span>
      </summary>
      {open.value && <ClaimChart claim={claim} store={store} describedBy={describedBy} />}
    </details>
  );
}

/** The chart, made once somebody opens it: ten canvases at once would keep a phone busy. */
function ClaimChart({ claim: { id, statement, chart }, store, describedBy }: ClaimDetailsProps) {
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
        describedBy={describedBy}
        caption={{ title: statement, source: sourceLine(store) }}
        table={() => claimTable(chart)}
      />
    </>
  );
}
