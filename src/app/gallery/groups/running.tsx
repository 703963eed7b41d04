/** What the page shows during a run, and right after it. */

import { labelsOf } from '../../../../results/labels/index.ts';
import { ClaimsCard } from '../../cards/claims/claims-card.tsx';
import { Headline } from '../../cards/headline/headline.tsx';
import { Labels } from '../../cards/labels/labels.tsx';
import { LawCard } from '../../cards/law/law-card.tsx';
import { RunPanel } from '../../pages/bench/run/run-panel.tsx';
import { RunStrip } from '../../pages/bench/run/run-strip.tsx';
import type { Progress, Store } from '../../state/state.ts';
import { appOf, committed, finished, ready, running } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';

const runPanel = (id: string, state: string, store: () => Store): Item => ({
  ...{ id, component: 'Run panel', state, width: 'main', folded: true },
  draw: () => <RunPanel app={appOf(store())} />,
});

const strip = (id: string, state: string, store: () => Store): Item => ({
  ...{ id, component: 'Run strip', state },
  // On a phone it reaches from edge to edge of the page.
  draw: () => (
    <div class="page-margin">
      <RunStrip app={appOf(store())} />
    </div>
  ),
});

const MEASURING: Progress = {
  phase: 'measure',
  fraction: 0.37,
  leftMs: [21_000, 34_000],
  detail: 'gemv int4-g32 plain (dot-i8), 4096 × 8192, round 5',
};

function cancelling(): Store {
  const store = running(gpuRecord(), { cases: 12, progress: MEASURING });
  store.stage.value = 'cancelling';
  return store;
}

function tuned(): Store {
  const store = ready(gpuRecord());
  store.begin();
  const problem = { kernel: 'gemv', variant: 'portable', params: {} };
  const evidence = { tried: 14, possible: 36, unfit: [], candidate: null, speedup: null, samples: [] };
  for (let i = 0; i < 12; i++) store.receive({ type: 'tuned', tuned: { ...problem, tuning: {}, evidence } });
  store.receive({ type: 'untuned', ...problem, reason: 'no time was left', fault: false });
  store.tuneEnded();
  return store;
}

function cancelled(): Store {
  const store = ready(gpuRecord());
  store.begin();
  store.fail({ code: 'cancelled', message: 'Cancelled before anything was measured.' });
  return store;
}

function labelled(): Store {
  const record = committed('2026-11-27-swiftshader-smollm2');
  const store = running(record, { cases: 3, progress: MEASURING });
  for (const label of labelsOf(record).slice(0, 2)) store.receive({ type: 'label', label });
  return store;
}

const GPU_CASES = gpuRecord().measurements.length;

export const RUNNING: Group = {
  id: 'running',
  title: 'A run',
  items: [
    strip('strip-measuring', 'measuring', () => running(gpuRecord(), { cases: 12, progress: MEASURING })),
    strip('strip-paused', 'paused', () => {
      const store = running(gpuRecord(), { cases: 12, progress: MEASURING });
      store.paused.value = true;
      return store;
    }),
    strip('strip-cancelling', 'cancelling', cancelling),
    runPanel('run-ready', 'ready', () => ready(gpuRecord())),
    runPanel('run-starting', 'starting', () => {
      const store = ready(gpuRecord());
      store.begin();
      return store;
    }),
    runPanel('run-tuning', 'tuning', () =>
      running(gpuRecord(), {
        progress: {
          phase: 'tune',
          fraction: 0.08,
          leftMs: [110_000, 110_000],
          detail: 'attention int8 (subgroups), 14 layouts',
        },
      }),
    ),
    runPanel('run-measuring', 'measuring', () => running(gpuRecord(), { cases: 12, progress: MEASURING })),
    runPanel('run-paused', 'paused', () =>
      running(gpuRecord(), {
        progress: { phase: 'paused', fraction: 0.37, leftMs: [21_000, 34_000], detail: 'until this tab is seen again' },
      }),
    ),
    runPanel('run-cancelling', 'cancelling', cancelling),
    runPanel('run-finished', 'finished', () => finished(gpuRecord())),
    runPanel('run-cancelled', 'cancelled before anything was measured', cancelled),
    runPanel('run-tuned', 'tuned, without a run', tuned),
    {
      id: 'headline-waiting',
      component: 'Headline',
      state: 'nothing measured yet',
      draw: () => <Headline app={appOf(running(gpuRecord(), { progress: MEASURING }))} />,
      width: 'main',
    },
    {
      id: 'labels-so-far',
      component: 'Labels',
      state: 'given during the run',
      draw: () => <Labels store={labelled()} />,
      width: 'main',
    },
    {
      id: 'claims-so-far',
      component: 'Claims card',
      state: 'kernels and the first steps measured',
      draw: () => <ClaimsCard store={running(gpuRecord(), { cases: GPU_CASES, steps: 50, progress: MEASURING })} />,
    },
    {
      id: 'law-so-far',
      component: 'Law card',
      state: 'kernels and the first steps measured',
      draw: () => <LawCard store={running(gpuRecord(), { cases: GPU_CASES, steps: 20, progress: MEASURING })} />,
    },
  ],
};
