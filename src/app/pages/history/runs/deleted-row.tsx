/** The row of a run that was just deleted: ten seconds in which it can be put back. */

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { ShelfRun } from '../../../shelf/api.ts';
import { keepFocusAfter } from '../../../shell/keep-focus.ts';
import type { HistoryState } from '../state.ts';
import { titleOf } from './run-text.ts';

/** The time in which a deletion can be undone. */
const UNDO_MS = 10_000;

interface DeletedRowProps {
  readonly run: ShelfRun;
  readonly history: HistoryState;
}

export function DeletedRow({ run, history }: DeletedRowProps) {
  const row = useRef<HTMLTableRowElement>(null);
  const undo = useRef<HTMLButtonElement>(null);
  // What had the focus is gone with the row.
  useLayoutEffect(() => undo.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
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
        <button ref={undo} type="button" class="secondary" onClick={restore}>
          Undo
        </button>
      </td>
    </tr>
  );

  /** The row is drawn anew, and takes the focus over. */
  function restore(): void {
    void keepFocusAfter(history.restore(run), `[data-run="${CSS.escape(run.key)}"] a`);
  }
}
