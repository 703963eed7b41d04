/** The card of the time of matrix–vector products against their bytes: a live chart, and its legend as text. */

import './gemv-line.css';
import type { SeriesView } from '../../analysis/view.ts';
import { Canvas } from '../../chart/canvas.tsx';
import { sourceLine } from '../../chart/source-line.ts';
import type { Store } from '../../state.ts';
import { gemvLinePlot, nameOf } from './gemv-line-chart.ts';
import { Legend } from './legend.tsx';

export function GemvLineCard({ store }: { store: Store }) {
  const { series, headline } = store.view.value;
  if (series.length === 0) return null;
  return (
    <section class="card gemv-line" aria-labelledby="chart-title">
      <h2 id="chart-title">Time against bytes</h2>
      <p class="lead">
        If memory limits a matrix–vector product, its time is a fixed cost plus its bytes divided by a bandwidth:{' '}
        <span class="law">T = a + bytes/β</span>. Bars and bands are 95&nbsp;% intervals within this run.
      </p>
      <Canvas
        plot={(colours) => gemvLinePlot(store.view.value, colours)}
        label={labelOf(series)}
        caption={{ title: 'Time against bytes', source: sourceLine(store) }}
      />
      <Legend series={series} headline={headline} />
    </section>
  );
}

const labelOf = (series: readonly SeriesView[]): string =>
  `Chart of the time of one dispatch against the bytes that it streams, for ${series.map(nameOf).join(', ')}. The figures are in the table of measurements.`;
