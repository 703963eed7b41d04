/** All charts of the page and the tiles. The page loads this when it comes near. */

import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { inEnglish } from '../../../../../results/locale.ts';
import type { ChartSpec } from '../plot/chart.ts';
import { Plot } from '../plot/plot.tsx';
import type { Store } from '../store.ts';
import { Tiles } from '../tiles/tiles-view.tsx';
import { frontierChart } from './frontier.ts';
import { growthChart, racksChart } from './generations.ts';
import { lawsChart } from './laws.ts';

/** How long an answer must have stood before charts are drawn of it, so that the bus follows a pointer without them. */
const SETTLED_MS = 100;

const racks = withFile(racksChart);

export default function Charts({ store }: { store: Store }) {
  const answer = useSettled(store.answer);
  const specs = useMemo(
    () => ({
      frontier: withFile(() => frontierChart(answer)),
      laws: withFile(() => lawsChart(answer)),
      growth: withFile(() => growthChart(answer)),
    }),
    [answer],
  );
  return (
    <>
      <Plot spec={specs.frontier} />
      <Tiles answer={answer} />
      <div class="pair">
        <Plot spec={specs.laws} />
        <Plot spec={specs.growth} />
      </div>
      <Plot spec={racks} />
    </>
  );
}

/** A chart whose table is saved in English, whatever the browser's locale is. */
function withFile(make: () => ChartSpec): ChartSpec {
  return { ...make(), inFile: () => inEnglish(() => make().table) };
}

function useSettled<T>(source: ReadonlySignal<T>): T {
  const [settled, settle] = useState(source.peek());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = effect(() => {
      const value = source.value;
      clearTimeout(timer);
      timer = setTimeout(() => settle(value), SETTLED_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [source]);
  return settled;
}
