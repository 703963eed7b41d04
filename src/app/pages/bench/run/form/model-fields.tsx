/** The part of the form that chooses the decode steps of a run, folded away. Its fields are loaded when it is opened. */

import './options.css';
import './model-fields.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import type { App } from '../../app.ts';

export function ModelFields({ app }: { app: App }) {
  const { chosen, missing } = app.store;
  const open = useSignal(false);
  const fields = useSignal<typeof import('./model-body.tsx') | undefined>(undefined);
  // A file may be dropped anywhere on the page, also while these fields are folded away.
  useSignalEffect(() => {
    if (chosen.value) open.value = true;
  });
  useSignalEffect(() => {
    if (!open.value || fields.peek()) return;
    import('./model-body.tsx').then(
      (loaded) => {
        fields.value = loaded;
      },
      () => {
        missing.value = 'What chooses a model';
      },
    );
  });
  const Body = fields.value?.ModelBody;
  return (
    <details
      class="options model-fields"
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>Decode a whole model</summary>
      {open.value && Body && <Body app={app} />}
    </details>
  );
}
