/** The chart of time against bytes, live, with its legend as text beside it. */

import './chart-card.css';
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { SeriesView } from '../analysis/view.ts';
import type { Store } from '../state.ts';
import { type Colours, createChart, drawView, type TimeChart } from './chart.ts';
import { colourScheme } from './colour-scheme.ts';
import { Legend } from './legend.tsx';
import { nameOf } from './series.ts';

export function ChartCard({ store }: { store: Store }) {
  const { series, streaming } = store.view.value;
  if (series.length === 0) return null;
  return (
    <section class="card chart-card" aria-labelledby="chart-title">
      <h2 id="chart-title">Time against bytes</h2>
      <p class="lead">
        If a decode step is a stream, the time of a matrix–vector product is a fixed cost and its bytes over a
        bandwidth: <span class="law">T = a + bytes/β</span>. Bars and bands are 95&nbsp;% intervals.
      </p>
      <Canvas draw={(chart, colours) => drawView(chart, store.view.value, colours)} label={labelOf(series)} />
      <Legend series={series} streaming={streaming} />
    </section>
  );
}

const labelOf = (series: readonly SeriesView[]): string =>
  `Chart of the time of one dispatch against the bytes it streams, for ${series.map(nameOf).join(', ')}. The figures are in the table of measurements.`;

interface CanvasProps {
  readonly draw: (chart: TimeChart, colours: Colours) => void;
  /** What it is a chart of, for those who do not see it. */
  readonly label: string;
  /** Id of the text that says what it shows. */
  readonly describedBy?: string;
}

/** A chart that is drawn anew when what `draw` reads of the page's signals changes, or the colour scheme. */
export function Canvas({ draw, label, describedBy }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<TimeChart | undefined>(undefined);
  useSignalEffect(() => {
    const { colour } = colourScheme.value;
    if (!canvas.current) return;
    chart.current ??= createChart(canvas.current);
    draw(chart.current, colour);
  });
  useEffect(() => () => chart.current?.destroy(), []);
  return (
    <div class="canvas">
      <canvas ref={canvas} role="img" aria-label={label} aria-describedby={describedBy} />
    </div>
  );
}
