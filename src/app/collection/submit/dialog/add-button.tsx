/**
 * *Add to the collection*: the button that opens the dialog, which is loaded then. A page that a program drives has
 * none: only a person may submit a run.
 */

import { useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { isDriven } from '../../../pages/bench/driver.ts';
import { NotLoaded } from '../../../shell/errors/not-loaded.tsx';
import type { AddDialogProps } from './add-dialog.tsx';
import type { Offered } from './state.ts';

export function AddButton({ run }: { readonly run: Offered }) {
  const dialog = useSignal<ComponentType<AddDialogProps> | 'failed' | undefined>(undefined);
  const open = useSignal(false);
  if (isDriven()) return null;
  const show = async (): Promise<void> => {
    open.value = true;
    if (dialog.value && dialog.value !== 'failed') return;
    const { AddDialog } = await import('./add-dialog.tsx').catch(() => ({ AddDialog: 'failed' as const }));
    dialog.value = AddDialog;
  };
  const Dialog = dialog.value;
  return (
    <>
      <button type="button" class="secondary" aria-haspopup="dialog" onClick={() => void show()}>
        Add to the collection…
      </button>
      {open.value && Dialog === 'failed' && <NotLoaded what="What adds a run to the collection" />}
      {open.value && Dialog && Dialog !== 'failed' && (
        <Dialog
          run={run}
          onClose={() => {
            open.value = false;
          }}
        />
      )}
    </>
  );
}
