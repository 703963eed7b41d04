/** What the page "What if" shows to a person whom an address has brought to it: its HTML, and the texts of its charts. */

import { h } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { Plot } from '../../src/app/charts/svg/plot.tsx';
import { frontierChart } from '../../src/app/pages/what-if/charts/frontier.ts';
import { growthChart } from '../../src/app/pages/what-if/charts/generations.ts';
import { lawsChart } from '../../src/app/pages/what-if/charts/laws.ts';
import { Page } from '../../src/app/pages/what-if/page.tsx';
import { queryOf, questionIn } from '../../src/app/pages/what-if/question.ts';
import { createStore } from '../../src/app/pages/what-if/store.ts';
import type { Reader } from './attack.ts';

export const answeredTo: Reader<string> = (query) => {
  const { question, problems } = questionIn(query);
  const again = questionIn(queryOf(question));
  if (JSON.stringify(again) !== JSON.stringify({ question, problems: [] })) {
    throw new Error(`the address does not come back: ${queryOf(question)}`);
  }
  const store = createStore(query);
  const answer = store.answer.value;
  const charts = [frontierChart(answer), lawsChart(answer), growthChart(answer)];
  const shown = [
    renderToString(h(Page, { store })),
    ...charts.flatMap((spec) => [
      renderToString(h(Plot, { spec })),
      ...spec.series.flatMap(({ points }) => points.map(({ text }) => text)),
    ]),
  ];
  return { accepted: problems.length === 0, shown, messages: problems };
};
