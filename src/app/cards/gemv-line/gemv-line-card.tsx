/** The card of the time of matrix–vector products against their bytes: a live chart, and its legend as text. */

import './gemv-line.css';
import type { SeriesView } from '../../analysis/view.ts';
import { Canvas } from '../../charts/canvas/canvas.tsx';
import type { Colours, Plot } from '../../charts/canvas/plot.ts';
import { chartsOf } from '../../charts/signs/series.ts';
import { sourceLine } from '../../charts/source-line.ts';
import type { Store } from '../../state/state.ts';
import { gemvLinePlot, gemvLineTable, nameOf } from './gemv-line-chart.ts';
import { Legend } from './legend.tsx';

export function GemvLineCard({ store }: { store: Store }) {
  const { series, headline } = store.view.value;
  if (series.length === 0) return null;
  return (
    <section class="card gemv-line" aria-labelledby="chart-title">
      <h2 id="chart-title">{TITLE}</h2>
      <p class="lead">
        If memory limits a matrix–vector product, its time is a fixed cost plus its bytes divided by a bandwidth:{' '}
        <span class="law">T = a + bytes/β</span>. Bars and bands are 95&nbsp;% intervals within this run.
      </p>
      {chartsOf(series).map((part, i, parts) => {
        const title = parts.length > 1 ? `${TITLE}, ${i + 1} of ${parts.length}` : TITLE;
        return (
          <div key={title}>
            <Legend series={part} headline={headline} />
            <Canvas
              plot={(colours) => partPlot(store, i, colours)}
              label={labelOf(part)}
              caption={{ title, source: sourceLine(store) }}
              table={() => gemvLineTable({ series: part })}
            />
          </div>
        );
      })}
    </section>
  );
}

const TITLE = 'Time against bytes';

/** The plot of one of the charts over which the series are split. Read from the store: a run adds points. */
function partPlot(store: Store, part: number, colours: Colours): Plot | undefined {
  const { series, headline } = store.view.value;
  const shown = chartsOf(series)[part];
  return shown && gemvLinePlot({ series: shown, headline }, colours, series);
}

const labelOf = (series: readonly SeriesView[]): string =>
  `Chart of the time of one dispatch against the bytes that it streams, for ${series.map(nameOf).join(', ')}`;
