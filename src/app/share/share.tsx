/** The share panel of the run on the page, once it has ended and its figures are there. */

import type { Store } from '../state.ts';
import { SharePanel } from './share-panel.tsx';

export function Share({ store }: { store: Store }) {
  const [record, view] = [store.record.value, store.view.value];
  // Labels come with the view of a whole record; an earlier view may be of a run so far.
  return record && view.labels ? <SharePanel key={record.id} record={record} view={view} /> : null;
}
