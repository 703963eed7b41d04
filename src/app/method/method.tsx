/** How the figures of a record came about, in plain words and from the record alone. */

import './method.css';
import { useSignal } from '@preact/signals';
import type { RunRecord } from '../../../results/schema.ts';
import type { Store } from '../state.ts';
import { methodOf } from './method-text.ts';

export function Method({ store }: { store: Store }) {
  const record = store.record.value;
  const open = useSignal(false);
  if (!record) return null;
  return (
    <details
      class="card method"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>How was this measured?</summary>
      {open.value && <Answers record={record} />}
    </details>
  );
}

/** Computed once they are asked for: they take statistics over all samples. */
function Answers({ record }: { record: RunRecord }) {
  return (
    <dl>
      {methodOf(record).map(({ question, answer }) => (
        <div key={question}>
          <dt>{question}</dt>
          <dd>{answer}</dd>
        </div>
      ))}
    </dl>
  );
}
