/** What the page shows: its own components drawn as HTML, and the numbers of its charts. */

import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { RunView } from '../../src/app/analysis/view.ts';
import * as caches from '../../src/app/cards/caches/cache-chart.ts';
import * as claims from '../../src/app/cards/claims/claim-chart.ts';
import { isMeasuredChart, labelOf, legendOf } from '../../src/app/cards/claims/claim-chart.ts';
import * as gemvLine from '../../src/app/cards/gemv-line/gemv-line-chart.ts';
import type { Axes, Dataset, Point } from '../../src/app/chart/plot.ts';
import { appOf } from '../../src/app/gallery/fixtures.ts';
import { Page } from '../../src/app/pages/bench/page.tsx';
import type { Store } from '../../src/app/state.ts';

/** The page as HTML, in the state of a store. What is folded away is left out, as on the page. */
const htmlOf = (store: Store): string => renderToString(h(Page, { app: appOf(store) }));

const colourless = (): string => '#000';

/** The numbers of datasets, and the tooltips of those that were measured. */
const drawnBy = (datasets: readonly Dataset[], { tooltip }: Pick<Axes, 'tooltip'>): string[] =>
  datasets.flatMap(({ label = '', data }) =>
    data.flatMap((point) => {
      const { figure, ...numbers } = point as Partial<Point>;
      const { x = 0, y = 0 } = numbers;
      return [Object.values(numbers).join(' '), ...(figure ? tooltip(label, { x, y, figure }) : [])];
    }),
  );

/** All that the charts of a run show. */
function chartsOf(view: RunView): string[] {
  const charts = view.claims.map(({ chart }) => chart).filter(isMeasuredChart);
  return [
    ...charts.flatMap((chart) => [
      ...[labelOf(chart), ...legendOf(chart).map(({ name }) => name)],
      ...drawnBy(claims.datasetsOf(chart, colourless), claims.axesOf(chart)),
    ]),
    ...drawnBy(caches.datasetsOf(view.cacheCurve, colourless), caches.AXES),
    ...drawnBy(gemvLine.datasetsOf(view, colourless), gemvLine.AXES),
  ];
}

/** All that the page shows in the state of a store. */
export const shownOn = (store: Store): string[] => [htmlOf(store), ...chartsOf(store.view.value)];
