/** The card that says how the figures of a record were measured, in plain words. */

import './method.css';
import { useSignal } from '@preact/signals';
import type { RunRecord } from '../../../../results/record/schema.ts';
import type { Store } from '../../state/state.ts';
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

/** The answers. They need statistics over all samples, so they are computed once somebody opens them. */
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
