/** What became of the last run: how much of it was measured, and the button that continues one that stopped early. */

import './ended.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { casesOf } from '../../../../../results/record/cases.ts';
import type { RunRecord } from '../../../../../results/record/schema.ts';
import { isUnfinished } from '../../../../../results/record/unfinished.ts';
import { keyOf } from '../../../engine/kept/run-key.ts';
import { keepFocus } from '../../../shell/keep-focus.ts';
import type { Store } from '../../../state/state.ts';
import type { App } from '../app.ts';
import { PHASES } from './run-strip.tsx';

export function Ended({ app }: { app: App }) {
  const { store } = app;
  return (
    <>
      <p class="visually-hidden" role="status">
        {announcement(store)}
      </p>
      {!store.busy.value && (store.record.value || store.notice.value) && <Outcome app={app} />}
    </>
  );
}

function Outcome({ app }: { app: App }) {
  const { record, notice } = app.store;
  const text = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => keepFocus(text.current), []);
  const ended = record.value;
  return (
    <div class="ended">
      <p ref={text} class="notice" tabIndex={-1}>
        {ended ? endedText(ended) : notice.value}
      </p>
      {ended && unfinishedIn(ended) > 0 && (
        <button type="button" class="primary" onClick={() => app.resume(keyOf(ended))}>
          Continue
        </button>
      )}
    </div>
  );
}

export const unfinishedIn = (record: RunRecord): number => casesOf(record).filter(isUnfinished).length;

/** `Stopped early: 3 of 19 measured.` */
export function endedText(record: RunRecord): string {
  const all = casesOf(record);
  const measured = all.filter(({ status }) => status === 'measured').length;
  const how = unfinishedIn(record) > 0 ? 'Stopped early' : 'Done';
  return `${how}: ${measured} of ${all.length} measured.`;
}

/** The text that a screen reader says: each phase once, and the end. */
function announcement({ stage, progress, record, notice }: Store): string {
  switch (stage.value) {
    case 'running':
      return progress.value ? PHASES[progress.value.phase] : 'Run started';
    case 'cancelling':
      return 'Cancelling';
    case 'finished':
      return record.value ? endedText(record.value) : '';
    default:
      return notice.value;
  }
}
