/** Runs that the browser keeps: the list of all of them, and runs beside each other. */

import type { RunRecord } from '../../../../results/record/schema.ts';
import { type Comparison, comparisonOf } from '../../pages/compare/comparison.ts';
import { Differences } from '../../pages/compare/differences.tsx';
import { RatioChart } from '../../pages/compare/ratios/ratio-chart.tsx';
import { RatioTable } from '../../pages/compare/ratios/ratio-table.tsx';
import { Offer } from '../../pages/history/continue/offer.tsx';
import { Runs } from '../../pages/history/runs/runs.tsx';
import { createHistory } from '../../pages/history/state.ts';
import type { ShelfApi, ShelfRun } from '../../shelf/api.ts';
import { factsOf, type RunFacts } from '../../shelf/facts.ts';
import { noRecord } from '../../shelf/refusal.ts';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { appOf, committed, ready } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group } from '../item.ts';
import { QUICK, SMOLLM2 } from '../shown.ts';

const unused = (): Promise<never> => Promise.reject(new Error('the gallery keeps no runs'));

const SHELF: ShelfApi = {
  ...{ list: unused, facts: unused, between: unused, add: unused },
  ...{ rename: unused, remove: unused, restore: unused, compare: unused },
};

const run = (key: string, minute: number, more: Partial<ShelfRun> = {}): ShelfRun => ({
  ...{ key, origin: 'own', name: '', created: `2026-11-28T14:0${minute}:00.000Z`, profile: 'quick' },
  ...{ models: [], done: 19, cases: 19, file: '', kept: true },
  ...more,
});

function history(runs: readonly ShelfRun[], facts: Readonly<Record<string, RunFacts>> = {}) {
  const state = createHistory(SHELF);
  state.listed.value = { runs, trouble: null, storage: null };
  state.facts.value = new Map(Object.entries(facts));
  return state;
}

function someRuns() {
  const whole = run('whole', 5);
  const cut = run('cut', 4, { done: 3 });
  const file = run('file', 3, { origin: 'imported', file: 'hbmark-lavapipe.json', name: 'The server, without a GPU' });
  const long = run('long', 2, { profile: 'full', models: ['llama-3.1-8b'], name: 'A'.repeat(80), kept: false });
  const gone = run('gone', 1);
  const gpu = factsOf(gpuRecord());
  const software = factsOf(committed(SMOLLM2));
  const state = history([whole, cut, file, long], { whole: gpu, cut: gpu, file: software, long: gpu, gone: gpu });
  state.deleted.value = [gone];
  state.chosen.value = ['whole', 'file'];
  return state;
}

const compared = (...records: readonly RunRecord[]): Comparison =>
  comparisonOf(records.map((body, i) => ({ key: String(i), name: '', origin: 'own', body })));

const two = () => compared(gpuRecord(), committed(QUICK));

/** Five runs, of which two cannot be told apart. */
function five(): Comparison {
  const record = gpuRecord();
  return compared(record, committed(QUICK), record, { ...record, profile: 'full' }, committed(SMOLLM2));
}

export const KEPT: Group = {
  id: 'kept',
  title: 'Kept runs, and runs beside each other',
  items: [
    {
      id: 'offer',
      component: 'Offer',
      state: 'a run that stopped early',
      draw: () => {
        const store = ready(gpuRecord());
        store.offer.value = { ...run('cut', 4, { done: 8 }), models: [] };
        return <Offer app={appOf(store)} />;
      },
      width: 'main',
    },
    {
      id: 'offer-none',
      component: 'Offer',
      state: 'none',
      draw: () => <Offer app={appOf(ready(gpuRecord()))} />,
      empty: true,
    },
    {
      id: 'runs',
      component: 'Runs',
      state: 'whole, stopped, out of a file, not kept, with a long name, just deleted',
      draw: () => <Runs history={someRuns()} />,
    },
    {
      id: 'runs-new',
      component: 'Runs',
      state: 'figures not computed yet',
      draw: () => <Runs history={history([run('a', 1)])} />,
    },
    { id: 'runs-none', component: 'Runs', state: 'none', draw: () => <Runs history={history([])} /> },
    { id: 'runs-looking', component: 'Runs', state: 'being read', draw: () => <Runs history={createHistory(SHELF)} /> },
    {
      id: 'no-record',
      component: 'RefusalCard',
      state: 'a file that is no record',
      draw: () => {
        const met = { name: 'package.json', bytes: 812, head: '{' };
        const problems = [{ path: 'schema', rule: 'must be 1 or 2' }];
        return <RefusalCard refusal={noRecord(met, { name: 'x', version: '1' }, problems)} onClose={() => {}} />;
      },
    },
    { id: 'differences', component: 'Differences', state: 'two runs', draw: () => <Differences comparison={two()} /> },
    {
      id: 'differences-none',
      component: 'Differences',
      state: 'runs of one machine',
      draw: () => <Differences comparison={compared(gpuRecord(), gpuRecord())} />,
    },
    { id: 'ratios', component: 'RatioChart', state: 'two runs', draw: () => <RatioChart comparison={two()} /> },
    { id: 'ratios-five', component: 'RatioChart', state: 'five runs', draw: () => <RatioChart comparison={five()} /> },
    { id: 'ratio-table', component: 'RatioTable', state: 'five runs', draw: () => <RatioTable comparison={five()} /> },
  ],
};
