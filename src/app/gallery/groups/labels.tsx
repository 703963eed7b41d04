/** Every label, by itself, on a record that earns it. */

import { LABEL_EXAMPLES } from '../../../../results/labels/examples.ts';
import { labelsOf } from '../../../../results/labels/index.ts';
import type { RunRecord } from '../../../../results/schema.ts';
import { EMPTY_VIEW } from '../../analysis/view.ts';
import { Labels } from '../../result/labels/labels.tsx';
import type { Store } from '../../state.ts';
import { ready } from '../fixtures.ts';
import { gpuRecord } from '../gpu-record.ts';
import type { Group } from '../item.ts';

function labelled(change: (record: RunRecord) => void): Store {
  const record = gpuRecord();
  change(record);
  const store = ready(record);
  store.view.value = { ...EMPTY_VIEW, labels: labelsOf(record) };
  return store;
}

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
