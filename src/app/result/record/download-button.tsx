import type { RunRecord } from '../../../../results/schema.ts';
import type { Store } from '../../state.ts';
import { recordFileName, recordText } from './download.ts';

/** Offers the record, as soon as there is one. A run that was cut short has one too. */
export function DownloadButton({ store }: { store: Store }) {
  const record = store.record.value;
  if (!record) return null;
  return (
    <button type="button" class="secondary" onClick={() => save(record)}>
      Download record
    </button>
  );
}

function save(record: RunRecord): void {
  const url = URL.createObjectURL(new Blob([recordText(record)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = recordFileName(record);
  link.click();
  // The download starts within the click and then holds the blob itself. The delay is for browsers that start it later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
