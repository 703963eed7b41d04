/** The row of a run that was just deleted: ten seconds in which it can be put back. */

import { useEffect, useRef } from 'preact/hooks';
import type { ShelfRun } from '../../shelf/api.ts';
import { keepFocus } from '../bench/run/keep-focus.ts';
import { titleOf } from './run-text.ts';
import type { HistoryState } from './state.ts';

/** The time in which a deletion can be undone. */
const UNDO_MS = 10_000;

interface DeletedRowProps {
  readonly run: ShelfRun;
  readonly history: HistoryState;
}

export function DeletedRow({ run, history }: DeletedRowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  const undo = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // What had the focus is gone with the row.
    undo.current?.focus({ preventScroll: true });
    const timer = setInterval(() => {
      // Whoever is at it by pointer or keyboard has not decided yet.
      if (row.current?.matches(':hover, :has(:focus-visible)')) return;
      if (row.current?.contains(document.activeElement)) document.getElementById('runs-title')?.focus();
      history.forget(run);
    }, UNDO_MS);
    return () => clearInterval(timer);
  }, [history, run]);
  return (
    <tr ref={row} class="deleted" data-deleted={run.key}>
      <td colSpan={5}>
        <span>{titleOf(run, history.facts.value.get(run.key))} was deleted.</span>
        <button ref={undo} type="button" class="secondary" onClick={() => void restore()}>
          Undo
        </button>
      </td>
    </tr>
  );

  async function restore(): Promise<void> {
    await history.restore(run);
    // The row is drawn anew, and takes the focus over.
    requestAnimationFrame(() => {
      const place = document.querySelector<HTMLElement>(`[data-run="${CSS.escape(run.key)}"] a`);
      keepFocus(place);
    });
  }
}
