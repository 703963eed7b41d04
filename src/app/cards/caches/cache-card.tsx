/** The card of bandwidth over working sets. Each step down in its chart is the end of a cache; a list names the levels. */

import './caches.css';
import { levelText, remarkOn } from '../../../../results/derived/caches.ts';
import { gbpsText } from '../../../../results/text/figures.ts';
import type { CachesView } from '../../analysis/view.ts';
import { Canvas } from '../../charts/canvas/canvas.tsx';
import { sourceLine } from '../../charts/source-line.ts';
import type { Store } from '../../state/state.ts';
import { curvePlot, curveTable } from './cache-chart.ts';

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
        plot={(colours) => curvePlot(store.view.value.cacheCurve, colours)}
        label="Chart of bandwidth against the size of the working set"
        caption={{ title: 'Where the caches end', source: sourceLine(store) }}
        table={() => curveTable(store.view.value.cacheCurve)}
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
