/** What the page shows: its own components drawn as HTML, and the numbers of its charts. */

import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { RunView } from '../../src/app/analysis/view.ts';
import * as caches from '../../src/app/cards/caches/cache-chart.ts';
import { curveTable } from '../../src/app/cards/caches/cache-chart.ts';
import * as claims from '../../src/app/cards/claims/claim-chart.ts';
import { isMeasuredChart, labelOf, legendOf } from '../../src/app/cards/claims/claim-chart.ts';
import * as gemvLine from '../../src/app/cards/gemv-line/gemv-line-chart.ts';
import type { Axes, Dataset, Point } from '../../src/app/charts/canvas/plot.ts';
import { chartsOf } from '../../src/app/charts/signs/series.ts';
import { tableCsv } from '../../src/app/charts/table/table-files.ts';
import { appOf } from '../../src/app/gallery/fixtures.ts';
import { Page } from '../../src/app/pages/bench/page.tsx';
import type { Store } from '../../src/app/state/state.ts';

/** The page as HTML, in the state of a store. What is folded away is left out, as on the page. */
const htmlOf = (store: Store): string => renderToString(h(Page, { app: appOf(store) }));

const colourless = (): string => '#000';

/** The numbers of datasets, and what is told of those that were measured. */
const drawnBy = (datasets: readonly Dataset[], { told }: Axes): string[] =>
  datasets.flatMap(({ data }) =>
    data.flatMap((point) => {
      const { figure, ...numbers } = point as Partial<Point>;
      const { x = 0, y = 0 } = numbers;
      return [Object.values(numbers).join(' '), ...(figure ? [told({ x, y, figure })] : [])];
    }),
  );

/** All that the charts of a run show. */
function drawnOf(view: RunView): string[] {
  const charts = view.claims.map(({ chart }) => chart).filter(isMeasuredChart);
  return [
    ...charts.flatMap((chart) => [
      ...[labelOf(chart), ...legendOf(chart).map(({ name }) => name)],
      ...drawnBy(claims.datasetsOf(chart, colourless), claims.axesOf(chart)),
    ]),
    ...drawnBy(caches.datasetsOf(view.cacheCurve, colourless), caches.AXES),
    ...chartsOf(view.series).flatMap((series) =>
      drawnBy(gemvLine.datasetsOf({ ...view, series }, colourless), gemvLine.AXES),
    ),
    ...[curveTable(view.cacheCurve), gemvLine.gemvLineTable(view), ...charts.map(claims.claimTable)].flatMap((table) =>
      // Ends of lines are the file's own.
      tableCsv(table).split('\r\n'),
    ),
  ];
}

/** All that the page shows in the state of a store. */
export const shownOn = (store: Store): string[] => [htmlOf(store), ...drawnOf(store.view.value)];
