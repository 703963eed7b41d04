/** The tabs of a result, each with data and without, and the field for the GPU’s name. */

import { signal } from '@preact/signals';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { lawOfRecord } from '../../../model/law/of-record.ts';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { type ResultView, resultView } from '../../analysis/result-view.ts';
import { GpuName } from '../../pages/result/gpu-name.tsx';
import { Panel } from '../../pages/result/tabs/panel.tsx';
import { Tabs } from '../../pages/result/tabs/tab-list.tsx';
import { TABS, type TabId } from '../../pages/result/tabs/tabs.ts';
import type { ReadRecord } from '../../share/reader/api.ts';
import type { Store } from '../../state/state.ts';
import { committed } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group, Item } from '../item.ts';
import { changed, QUICK, SMOLLM2, shown } from '../shown.ts';

/** What the tabs show of records, each worked out once: a law takes up to seconds. */
const results = new Map<string, ResultView>();

function viewerOf(id: string, store: Store, isKnown = true) {
  const record = store.record.value;
  if (!record) throw new Error(`${id} has no record`);
  const result = results.get(id) ?? resultView(record, lawOfRecord(record), DEFAULT_MODEL);
  results.set(id, result);
  return { store, result: signal(isKnown ? result : undefined), chooseModel() {} };
}

const panel = (id: string, tab: TabId, state: string, store: () => Store, isKnown = true): Item => ({
  ...{ id: `tab-${tab}-${id}`, component: 'Result tab', state: `${tab}: ${state}` },
  draw: () => <Panel viewer={viewerOf(id, store(), isKnown)} tab={tab} read={{ text: '' }} />,
});

/** The tabs that show the record alone; that of the crowd asks for other runs, and is in its own group. */
const OF_RECORD = TABS.filter(({ id }) => id !== 'crowd');

const nothing = () =>
  changed((record) => {
    record.measurements = [];
    record.decode = [];
  });

/** A run of kernels alone, of the profile that tests no claim. */
const kernelsAlone = () => shown(QUICK);

const read = (record: RunRecord, more: Partial<ReadRecord>): ReadRecord => ({
  ...{ kind: 'record', origin: 'own', machine: 'NVIDIA lovelace', record, text: '' },
  ...more,
});

const unnamed = (): RunRecord => ({ ...gpuRecord(), reported: {} });

const gpuName = (id: string, state: string, of: () => ReadRecord): Item => ({
  ...{ id: `gpu-name-${id}`, component: 'GPU name', state, width: 'main' },
  draw: () => <GpuName read={of()} isSoftware={false} onName={async () => {}} />,
});

export const RESULT_TABS: Group = {
  id: 'result-tabs',
  title: 'Tabs of a result',
  items: [
    {
      ...{ id: 'tabs', component: 'Tabs', state: 'the fourth is open' },
      draw: () => (
        <Tabs open="caches" onOpen={() => {}}>
          <p>What the tab says</p>
        </Tabs>
      ),
    },
    ...OF_RECORD.map(({ id }) => panel('gpu', id, 'GPU, with a whole model', () => shown('gpu'))),
    panel('software', 'why', 'software adapter, with a whole model', () => shown(SMOLLM2)),
    panel('software', 'batch', 'several batches and contexts', () => shown(SMOLLM2)),
    panel('software', 'frontier', 'measured at several contexts', () => shown(SMOLLM2)),
    panel('kernels', 'why', 'computed from the weights alone', kernelsAlone),
    panel('kernels', 'batch', 'no whole model', kernelsAlone),
    panel('kernels', 'frontier', 'derived alone', kernelsAlone),
    panel('waiting', 'why', 'being worked out', kernelsAlone, false),
    ...OF_RECORD.filter(({ id }) => id !== 'claims').map(({ id }) =>
      panel('nothing', id, 'nothing was measured', nothing),
    ),
    panel('claimless', 'claims', 'a profile that tests none', () => shown('2026-11-20-swiftshader-quick')),
    gpuName('none', 'not given yet', () => read(unnamed(), { key: 'k' })),
    gpuName('given', 'given after the run', () => read(unnamed(), { key: 'k', gpu: 'RTX 4070' })),
    gpuName('not-kept', 'of a result that is not kept', () => read(unnamed(), {})),
    {
      ...gpuName('own', 'the record’s own', () => read(committed(QUICK), { key: 'k' })),
      draw: () => <GpuName read={read(gpuRecord(), { key: 'k' })} isSoftware={false} onName={async () => {}} />,
      empty: true,
    },
  ],
};
