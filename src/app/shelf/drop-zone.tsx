/** The place where record files are dropped or chosen. A file may be dropped anywhere on the page. */

import './drop-zone.css';
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** Moves the focus to the button that adds files, from a card that is closed. */
export const focusAdd = (): void =>
  document.querySelector<HTMLElement>('.drop-zone button')?.focus({ preventScroll: true });

interface DropZoneProps {
  readonly onFiles: (files: readonly File[]) => void;
  /** Whether files are being read. */
  readonly busy: boolean;
}

export function DropZone({ onFiles, busy }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const over = useSignal(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      // Without this, the browser would open the file in place of the page.
      event.preventDefault();
      over.value = true;
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) over.value = false;
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      over.value = false;
      const files = [...(event.dataTransfer?.files ?? [])];
      if (files.length > 0) onFiles(files);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onLeave);
    document.addEventListener('drop', onDrop);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onLeave);
      document.removeEventListener('drop', onDrop);
    };
  }, [onFiles, over]);
  return (
    <div class="drop-zone" data-over={over.value || undefined} aria-busy={busy}>
      <p>{busy ? 'Reading…' : over.value ? 'Let go to add the file.' : 'Drop records here, or choose them.'}</p>
      <button type="button" class="secondary" onClick={() => input.current?.click()}>
        Add records…
      </button>
      <input
        ref={input}
        type="file"
        name="records"
        class="visually-hidden"
        aria-label="Record files"
        tabIndex={-1}
        multiple
        accept=".json,application/json"
        onChange={(event) => {
          const { currentTarget } = event;
          const files = [...(currentTarget.files ?? [])];
          // The same file may be chosen again.
          currentTarget.value = '';
          if (files.length > 0) onFiles(files);
        }}
      />
    </div>
  );
}
