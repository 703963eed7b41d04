/** What a record's page has below its answer: how to share it, and every number behind it. */

import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { AdapterCard } from '../../cards/adapter/adapter-card.tsx';
import { DecodeCard } from '../../cards/decode/decode-card.tsx';
import { Measurements } from '../../cards/measurements/measurements.tsx';
import type { ReadRecord } from '../../share/reader/api.ts';
import { SharePanel } from '../../share/share-panel.tsx';
import { Method } from '../method/method.tsx';
import type { Viewer } from './viewer.ts';

export interface BelowProps {
  readonly viewer: Viewer;
  readonly read: ReadRecord;
}

export function Below({ viewer: { store }, read: { record, text } }: BelowProps) {
  return (
    <>
      <SharePanel record={record} view={store.view.value} text={text} />
      <Closed title="Every sample">
        <DecodeCard store={store} />
        <Measurements store={store} />
      </Closed>
      <Method store={store} />
      <Closed title="The machine">
        <AdapterCard store={store} title="What the browser says of it" />
      </Closed>
    </>
  );
}

/** Long lists, drawn once somebody opens them. */
function Closed({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  const open = useSignal(false);
  return (
    <details
      class="card closed"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{title}</summary>
      {open.value && <div class="stack">{children}</div>}
    </details>
  );
}
