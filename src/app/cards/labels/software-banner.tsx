/** The banner that says that a program imitates the GPU, so that all figures are the CPU's. */

import './software-banner.css';
import { useComputed } from '@preact/signals';
import { softwareName } from '../../../../results/machine/identity.ts';
import type { Store } from '../../state/state.ts';

export function SoftwareBanner({ store }: { store: Store }) {
  const name = useComputed(() => (store.adapter.value && softwareName(store.adapter.value)) || 'This adapter');
  if (!store.software.value) return null;
  return (
    <aside class="software-banner" aria-label="Software adapter">
      <p>
        <strong>Software adapter. This is not a GPU.</strong>{' '}
        <span>{name} imitates one on the CPU: nothing on this page says how fast a GPU is.</span>
      </p>
    </aside>
  );
}

/** The same warning, beside a figure. */
export function SoftwareBadge({ store }: { store: Store }) {
  if (!store.software.value) return null;
  return <span class="software-badge">Software adapter, not a GPU</span>;
}
