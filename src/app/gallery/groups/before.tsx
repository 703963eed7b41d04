/** What the page shows before a run. */

import { conditionsOf } from '../../../../results/derived/repeated.ts';
import { LABEL_EXAMPLES } from '../../../../results/labels/examples.ts';
import type { AdapterInfo, HostInfo, RunRecord } from '../../../../results/record/schema.ts';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { type RunParams, sweepOf } from '../../../session/params.ts';
import { AdapterCard } from '../../cards/adapter/adapter-card.tsx';
import { Headline } from '../../cards/headline/headline.tsx';
import { SoftwareBanner } from '../../cards/labels/software-banner.tsx';
import type { RunSummary } from '../../engine/kept/run-store.ts';
import { linkNotice } from '../../pages/bench/link-notice.ts';
import { ModelFields } from '../../pages/bench/run/form/model-fields.tsx';
import { OptionFields } from '../../pages/bench/run/form/option-fields.tsx';
import { RunPanel } from '../../pages/bench/run/run-panel.tsx';
import { History } from '../../pages/history/history.tsx';
import { stepPlansOf } from '../../planner/step-plans.ts';
import type { Store } from '../../state/state.ts';
import { appOf, committed, finished, looking, ready } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';

const SOFTWARE = () => committed('2026-11-24-swiftshader-quick');

/** A store that has chosen a model, with its memory planned as the planner does. */
function planned(options: Partial<RunParams>): Store {
  const store = ready(gpuRecord(), { decode: DEFAULT_MODEL.id, ...options });
  const { chosen, options: chosenOptions, adapter, memory } = store;
  const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = adapter.value?.limits ?? {};
  store.stepPlans.value = stepPlansOf(
    { models: chosen.value?.models ?? [], sweep: sweepOf(chosenOptions.value) },
    { maxBufferSize, maxStorageBufferBindingSize },
    memory.value?.needs.stepBytes ?? 0,
  );
  return store;
}

function modelFields(id: string, state: string, store: () => Store, typed: Item['typed'] = {}): Item {
  const draw = () => (
    <section class="card">
      <ModelFields app={appOf(store())} />
    </section>
  );
  return { id, component: 'Model fields', state, draw, width: 'main', typed };
}

function optionFields(id: string, state: string, store: () => Store, typed: Item['typed'] = {}): Item {
  const draw = () => (
    <section class="card">
      <OptionFields app={appOf(store())} />
    </section>
  );
  return { id, component: 'Options', state, draw, width: 'main', typed };
}

/** A run that was cut short. */
const CUT_SHORT: RunSummary = {
  ...{ key: 'cut', created: '2026-11-27T09:30:00.000Z', profile: 'quick', models: ['smollm2-135m'] },
  ...{ done: 7, cases: 27 },
};

/** Whole runs on one machine: its record, and the bandwidth that each run found. */
interface WholeRuns {
  readonly record: RunRecord;
  readonly gbps: readonly number[];
}

/** A page that keeps a run that was cut short, and whole ones. */
function withRuns(...kept: readonly WholeRuns[]): Store {
  const store = ready(gpuRecord());
  const headlines = kept.flatMap(({ record, gbps }) =>
    gbps.map((value) => ({
      ...{ profile: record.profile, adapter: record.adapter, conditions: conditionsOf(record) },
      gbps: { value, ci95: [value - 1.5, value + 1.5] as const },
    })),
  );
  store.headlines.value = headlines.map((headline, i) => ({ key: String(i), ...headline }));
  store.runs.value = [
    CUT_SHORT,
    ...store.headlines.value.map(({ key, profile }, i) => ({
      ...{ key, profile, models: [], done: 104, cases: 104 },
      created: new Date(Date.UTC(2026, 10, 26 - i, 18, 5)).toISOString(),
    })),
  ];
  return store;
}

/** The record, as a run of `quick`. */
const quick = (record: RunRecord): RunRecord => ({ ...record, profile: 'quick' });

/** The card of the GPU's record with changes to its adapter and its browser. */
function adapterCard(id: string, state: string, adapter: Partial<AdapterInfo>, host: Partial<HostInfo> = {}): Item {
  const draw = () => {
    const record = gpuRecord();
    Object.assign(record.adapter, adapter);
    Object.assign(record.host, host);
    return <AdapterCard store={ready(record)} />;
  };
  return { id, component: 'Adapter card', state, draw, width: 'side' };
}

function withFile(): Store {
  const store = planned({ memoryGB: 4, weights: ['int4-g32'] });
  store.options.value = { ...store.options.value, decode: '' };
  store.chosen.value = {
    models: [DEFAULT_MODEL],
    note: 'Most of its weights are nearest to int4-g32, with 17 of 113 tensors in Q6_K.',
  };
  return store;
}

export const BEFORE: Group = {
  id: 'before',
  title: 'Before a run',
  items: [
    {
      id: 'software-banner',
      component: 'Software banner',
      state: 'software adapter',
      draw: () => <SoftwareBanner store={ready(SOFTWARE())} />,
    },
    {
      id: 'software-banner-gpu',
      component: 'Software banner',
      state: 'GPU',
      draw: () => <SoftwareBanner store={ready(gpuRecord())} />,
      empty: true,
    },
    {
      id: 'adapter-looking',
      component: 'Adapter card',
      state: 'looking for an adapter',
      draw: () => <AdapterCard store={looking()} />,
      width: 'side',
    },
    adapterCard('adapter-gpu', 'GPU that only WebGL names, before a run', {}),
    adapterCard('adapter-unnamed', 'GPU that nothing names', { renderer: null }),
    adapterCard('adapter-elsewhere', 'GPU, and a WebGL on another one', {
      renderer: 'ANGLE (Intel, Intel(R) UHD Graphics 770 (0x00004680) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    }),
    adapterCard(
      'adapter-firefox',
      'Firefox, with its stand-in for a name',
      { vendor: '', architecture: '', renderer: 'ANGLE (NVIDIA, NVIDIA GeForce GTX 980 Direct3D11), or similar' },
      { brand: 'Firefox', platform: 'Win32' },
    ),
    {
      id: 'adapter-hidden',
      component: 'Adapter card',
      state: 'Firefox that resists fingerprinting',
      draw() {
        const record = gpuRecord();
        LABEL_EXAMPLES['unknown-adapter']?.(record);
        return <AdapterCard store={ready(record)} />;
      },
      width: 'side',
    },
    adapterCard('adapter-integrated', 'GPU inside the processor', {
      ...{ vendor: 'intel', architecture: 'gen-12lp' },
      renderer: 'ANGLE (Intel, Intel(R) Iris(R) Xe Graphics (0x000046A6) Direct3D11 vs_5_0 ps_5_0, D3D11)',
    }),
    adapterCard(
      'adapter-integrated-firefox',
      'GPU inside the processor, in Firefox',
      { vendor: '', architecture: '', renderer: 'Intel(R) HD Graphics 400, or similar' },
      { brand: 'Firefox', platform: 'Linux x86_64' },
    ),
    {
      id: 'adapter-software',
      component: 'Adapter card',
      state: 'software adapter with a name, after a run',
      draw: () => <AdapterCard store={finished(committed('2026-11-24-lavapipe-quick'))} />,
      width: 'side',
    },
    {
      id: 'adapter-nameless',
      component: 'Adapter card',
      state: 'nothing given; timed by the wall clock',
      draw() {
        const record = SOFTWARE();
        record.adapter = {
          ...record.adapter,
          ...{ vendor: '', architecture: '', isFallbackAdapter: false, features: [], limits: {} },
        };
        record.host = { kind: 'browser', brand: 'unknown browser', majorVersion: null, platform: '' };
        record.clock = {
          ...record.clock,
          ...{ trusted: 'queue-drain', timestampQuantumNs: null, agreement: null },
          reason: 'This adapter has no timestamp queries.',
        };
        return <AdapterCard store={finished(record)} />;
      },
      width: 'side',
    },
    {
      id: 'run-looking',
      component: 'Run panel',
      state: 'looking for an adapter',
      draw: () => <RunPanel app={appOf(looking())} />,
      width: 'main',
      folded: true,
    },
    {
      id: 'run-link',
      component: 'Run panel',
      state: 'a link asked for a run, and nothing started',
      draw() {
        const store = ready(gpuRecord(), { tuneSeconds: 120, budgetSeconds: 90 });
        store.notice.value = linkNotice('run');
        return <RunPanel app={appOf(store)} />;
      },
      width: 'main',
    },
    modelFields('model-none', 'no model chosen', () => ready(gpuRecord())),
    modelFields('model-planning', 'planning', () => ready(gpuRecord(), { decode: DEFAULT_MODEL.id })),
    modelFields('model-fits', 'memory plan: every layer fits', () => planned({ memoryGB: 8, weights: ['int4-g32'] })),
    modelFields('model-shares', 'memory plan: some layers share memory; some steps cannot run', () =>
      planned({ decode: 'llama-3.1-8b', memoryGB: 8, contexts: [1024, 8192], batches: [1, 64] }),
    ),
    modelFields('model-refused', 'memory plan: no step can run', () =>
      planned({ decode: 'llama-3.1-8b', memoryGB: 0.1, contexts: [65_536], batches: [1] }),
    ),
    modelFields('model-file', 'model from a file', withFile),
    modelFields(
      'model-invalid',
      'fields that break their rule',
      () => planned({ memoryGB: 8, contexts: [1024], shortest: 4096 }),
      { batch: '1, 5000' },
    ),
    optionFields('options-new', 'nothing tuned yet', () => {
      const store = ready(gpuRecord(), { gpu: 'RTX 4070' });
      store.tunings.value = { tuned: 0, families: 41, latest: null };
      return store;
    }),
    optionFields('options-anonymous', 'a GPU that nothing names', () => {
      const record = gpuRecord();
      Object.assign(record.adapter, { vendor: '', architecture: '', renderer: null });
      const store = ready(record, { tuneSeconds: 120 });
      store.tunings.value = { tuned: 3, families: 41, latest: '2026-11-24T12:00:00.000Z' };
      return store;
    }),
    optionFields('options-tuned', 'tuned; parameters that only the address has', () => {
      const store = ready(gpuRecord(), {
        ...{ memoryGB: 4, tuneSeconds: 120, kernels: ['gemv', 'stream-read'], compare: true, budgetSeconds: 90 },
      });
      store.tunings.value = { tuned: 39, families: 41, latest: '2026-11-24T12:00:00.000Z' };
      return store;
    }),
    optionFields('options-invalid', 'fields that break their rule', () => ready(gpuRecord(), { tuneSeconds: 120 }), {
      memory: '0',
      'tune-seconds': 'long',
    }),
    {
      id: 'history',
      component: 'History',
      state: 'a run that was cut short, and a whole one',
      draw: () => <History app={appOf(withRuns({ record: gpuRecord(), gbps: [424] }))} />,
      width: 'main',
    },
    {
      id: 'history-differ',
      component: 'History',
      state: 'runs that differ by more than their own intervals, and two of another profile',
      draw: () => {
        const kept = [
          { record: quick(gpuRecord()), gbps: [424, 418.2, 431.5] },
          { record: gpuRecord(), gbps: [424, 419.4] },
        ];
        return <History app={appOf(withRuns(...kept))} />;
      },
      width: 'main',
    },
    {
      id: 'history-agree',
      component: 'History',
      state: 'runs that agree; other kernels; another machine',
      draw: () => {
        const record = gpuRecord();
        const older = { ...record, harness: { ...record.harness, kernels: '0'.repeat(64) } };
        const kept = [
          { record, gbps: [424, 423.4, 424.9] },
          { record: older, gbps: [401.2, 400.3, 401.8] },
          { record: SOFTWARE(), gbps: [3.91] },
        ];
        return <History app={appOf(withRuns(...kept))} />;
      },
      width: 'main',
    },
    {
      id: 'history-none',
      component: 'History',
      state: 'no runs',
      draw: () => <History app={appOf(ready(gpuRecord()))} />,
      empty: true,
    },
    {
      id: 'headline-none',
      component: 'Headline',
      state: 'before a run',
      draw: () => <Headline app={appOf(ready(gpuRecord()))} />,
      empty: true,
    },
  ],
};
