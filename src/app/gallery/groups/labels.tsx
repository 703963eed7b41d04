/** Every label, by itself, on a record that earns it. */

import { LABEL_EXAMPLES } from '../../../../results/labels/examples.ts';
import { labelsOf } from '../../../../results/labels/index.ts';
import type { HostInfo, RunRecord } from '../../../../results/record/schema.ts';
import { EMPTY_VIEW } from '../../analysis/empty-view.ts';
import { Labels } from '../../cards/labels/labels.tsx';
import type { Store } from '../../state/state.ts';
import { ready } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group } from '../item.ts';

function labelled(change: (record: RunRecord) => void, host?: Partial<HostInfo>): Store {
  const record = gpuRecord();
  change(record);
  Object.assign(record.host, host);
  const store = ready(record);
  store.view.value = { ...EMPTY_VIEW, labels: labelsOf(record) };
  return store;
}

/** Labels whose steps differ from browser to browser. */
const IN_OTHER_BROWSERS = [
  { label: 'software-adapter', host: { brand: 'Firefox', platform: 'Linux x86_64' } },
  { label: 'queue-drain-clock', host: { brand: 'Safari', platform: 'MacIntel' } },
  { label: 'queue-drain-clock', host: { brand: 'Firefox', platform: 'Win32' } },
  { label: 'coarse-clock', host: { brand: 'Firefox', platform: 'Win32' } },
  { label: 'nothing-measured', host: { brand: 'Firefox', platform: 'Win32' } },
  { label: 'less-memory', host: { brand: 'Safari', platform: 'iPhone' } },
] as const;

export const LABELS: Group = {
  id: 'labels',
  title: 'Labels',
  items: [
    {
      id: 'label-none',
      component: 'Labels',
      state: 'a record that earns none',
      draw: () => <Labels store={labelled(() => {})} />,
      empty: true,
    },
    ...Object.entries(LABEL_EXAMPLES).map(([id, change]) => ({
      ...{ id: `label-${id}`, component: 'Labels', state: id, width: 'side' as const },
      draw: () => <Labels store={labelled(change)} />,
    })),
    ...IN_OTHER_BROWSERS.map(({ label, host }) => ({
      ...{ id: `label-${label}-${host.brand.toLowerCase()}`, component: 'Labels', width: 'side' as const },
      state: `${label}, ${host.brand} on ${host.platform}`,
      draw: () => <Labels store={labelled(LABEL_EXAMPLES[label] ?? (() => {}), host)} />,
    })),
    {
      id: 'label-all',
      component: 'Labels',
      state: 'many at once',
      draw: () => (
        <Labels
          store={labelled((record) => {
            for (const change of Object.values(LABEL_EXAMPLES)) change(record);
          })}
        />
      ),
    },
  ],
};
