/** What the page shows: its own components drawn as HTML, and the numbers of its charts. */

import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { RunView } from '../../src/app/analysis/view.ts';
import { appOf } from '../../src/app/gallery/fixtures.ts';
import { Page } from '../../src/app/page.tsx';
import { axesOf, datasetsOf, isMeasuredChart, labelOf, legendOf } from '../../src/app/result/claims/claim-chart.ts';
import type { Store } from '../../src/app/state.ts';

/** The page as HTML, in the state of a store. What is folded away is left out, as on the page. */
const htmlOf = (store: Store): string => renderToString(h(Page, { app: appOf(store) }));

const colourless = (): string => '#000';

/** All that the charts of a run draw, as text. */
export function drawnIn({ claims, cacheCurve, series }: RunView): string[] {
  const charts = claims.map(({ chart }) => chart).filter(isMeasuredChart);
  const ofClaims = charts.flatMap((chart) => {
    const { tooltip } = axesOf(chart);
    const points = chart.series.flatMap(({ name, points }) =>
      points.flatMap(({ x, y, low, high }) => tooltip(name, { x, y, yMin: low, yMax: high })),
    );
    const drawn = datasetsOf(chart, colourless).flatMap(({ data }) => data.map((point) => Object.values(point).join(' ')));
    return [labelOf(chart), ...legendOf(chart).map(({ name }) => name), ...points, ...drawn];
  });
  const numbers = [
    ...cacheCurve.map(({ workingSetBytes, gbps }) => [workingSetBytes, gbps.value, ...(gbps.ci95 ?? [])]),
    ...series.flatMap(({ points, fit }) =>
      [...points, ...(fit?.line ?? [])].map(({ bytes, ms }) => [bytes, ms.value, ...(ms.ci95 ?? [])]),
    ),
  ];
  return [...ofClaims, ...numbers.map((point) => point.join(' '))];
}

/** All that the page shows in the state of a store. */
export const shownOn = (store: Store): string[] => [htmlOf(store), ...drawnIn(store.view.value)];
