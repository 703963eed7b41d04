/** The card of bandwidth over working sets. Each step down in its chart is the end of a cache; a list names the levels. */

import './caches.css';
import { levelText, remarkOn } from '../../../../results/caches.ts';
import { bytesText, type Figure, gbpsText } from '../../../../results/figures.ts';
import type { CachePointView, CachesView } from '../../analysis/view.ts';
import { Canvas } from '../../chart/canvas.tsx';
import {
  type Axes,
  bytesTick,
  type CanvasChart,
  type Colours,
  draw,
  lineDataset,
  pointsDataset,
} from '../../chart/chart.ts';
import { styleOf } from '../../chart/series.ts';
import type { Store } from '../../state.ts';

export function CacheCard({ store }: { store: Store }) {
  const { cacheCurve, caches } = store.view.value;
  if (cacheCurve.length === 0) return null;
  return (
    <section class="card" aria-labelledby="cache-title">
      <h2 id="cache-title">Where the caches end</h2>
      <p class="lead">
        The bandwidth of reading the same bytes again and again. Bytes that fit into a cache are read faster than
        memory. A figure counts as memory’s if at least four times the largest cache found here is read before a byte is
        read again. Bars are 95&nbsp;% intervals within this run.
      </p>
      <Canvas
        draw={(chart, colours) => drawCurve(chart, store.view.value.cacheCurve, colours)}
        label="Chart of bandwidth against the size of the working set. The figures are in the table of measurements."
      />
      {caches && <Levels caches={caches} />}
    </section>
  );
}

function Levels({ caches }: { caches: CachesView }) {
  const remark = remarkOn(caches);
  return (
    <>
      <dl class="levels">
        {caches.levels.map((level) => {
          const { value, interval, unit } = gbpsText(level.gbps);
          return (
            <div key={level.fromBytes} data-level>
              <dt>{levelText(level, caches)}</dt>
              <dd>
                <strong>
                  {value} {unit}
                </strong>
                {interval && ` (${interval})`}
              </dd>
            </div>
          );
        })}
      </dl>
      {remark && <p class="lead">{remark}</p>}
    </>
  );
}

const AXES: Axes = {
  x: { title: 'bytes read again and again', scale: 'log', text: bytesTick },
  y: { title: 'bandwidth, GB/s', scale: 'linear' },
  tooltip(_, { x, y, yMin, yMax }) {
    const figure: Figure = { value: y, ci95: [Number(yMin), Number(yMax)] };
    const { value, interval, unit } = gbpsText(figure);
    return [`${bytesText(x)} at ${value} ${unit}`, `95\u00a0% interval within this run: ${interval} ${unit}`];
  },
};

function drawCurve(chart: CanvasChart, curve: readonly CachePointView[], colours: Colours): void {
  const xy = curve.map(({ workingSetBytes, gbps }) => ({ x: workingSetBytes, y: gbps }));
  const line = lineDataset(
    xy.map(({ x, y }) => ({ x, y: y.value })),
    colours(styleOf(0).colour),
  );
  draw(chart, [pointsDataset('working set', xy, 0, colours), line], AXES, colours);
}
