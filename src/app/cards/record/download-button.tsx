import type { Store } from '../../state/state.ts';
import { saveRecord } from './download.ts';

/** Offers the record, as soon as there is one. A run that was cut short has one too. */
export function DownloadButton({ store }: { store: Store }) {
  const record = store.record.value;
  if (!record) return null;
  return (
    <button type="button" class="secondary" onClick={() => saveRecord(record)}>
      Download record
    </button>
  );
}
