/** All charts of the page and the tiles. The page loads this when it comes near. */

import { effect, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Plot } from '../../../charts/svg/plot.tsx';
import type { Store } from '../store.ts';
import { Tiles } from '../tiles/tiles-view.tsx';
import { frontierChart } from './frontier.ts';
import { growthChart, racksChart } from './generations.ts';
import { lawsChart } from './laws.ts';
import { servedChart } from './served.ts';

/** How long an answer must have stood before charts are drawn of it, so that the bus follows a pointer without them. */
const SETTLED_MS = 100;

const [served, racks] = [servedChart(), racksChart()];

export default function Charts({ store }: { store: Store }) {
  const answer = useSettled(store.answer);
  const measured = store.measured.value;
  const specs = useMemo(
    () => ({
      frontier: frontierChart(answer, measured),
      laws: lawsChart(answer),
      growth: growthChart(answer, measured),
    }),
    [answer, measured],
  );
  return (
    <>
      <Plot spec={specs.frontier} />
      <Tiles answer={answer} />
      <div class="pair">
        <Plot spec={specs.laws} />
        <Plot spec={specs.growth} />
      </div>
      <Plot spec={served} />
      <Plot spec={racks} />
    </>
  );
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
