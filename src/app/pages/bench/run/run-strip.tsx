/**
 * The strip that stays in view while a run goes on: its phase, the share that is done, the time left, and the buttons
 * that pause and end it. Whoever started a run by keyboard is on it, and is led back when it goes.
 */

import './run-strip.css';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Phase } from '../../../../../harness/events.ts';
import { leftText } from '../../../../../results/text/figures.ts';
import { keepFocus } from '../../../shell/keep-focus.ts';
import type { App } from '../app.ts';

export const PHASES: Readonly<Record<Phase, string>> = {
  tune: 'Tuning the kernels',
  clock: 'Checking the clocks',
  'warm-up': 'Warming up',
  fill: 'Filling memory',
  verify: 'Checking results',
  plan: 'Planning',
  build: 'Building decode steps',
  measure: 'Measuring',
  paused: 'Paused',
};

export function RunStrip({ app }: { app: App }) {
  return app.store.busy.value ? <Strip app={app} /> : null;
}

function Strip({ app }: { app: App }) {
  const { progress, stage, paused } = app.store;
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => keepFocus(cancel.current), []);
  const now = progress.value;
  const fraction = now?.fraction ?? 0;
  const cancelling = stage.value === 'cancelling';
  return (
    <section class="run-strip" aria-label="The run in progress">
      <div class="what">
        <p class="phase">
          <strong>{paused.value ? PHASES.paused : now ? PHASES[now.phase] : 'Starting'}</strong>
          <span class="eta">
            {Math.floor(fraction * 100)}&nbsp;%
            {now && now.phase !== 'paused' && !paused.value && `, ${leftText(now.leftMs)}`}
          </span>
        </p>
        <progress aria-label="Progress of the run" max={1} value={fraction} />
        <p class="detail">{now?.detail ?? ''}&nbsp;</p>
      </div>
      <div class="actions">
        <button type="button" class="secondary" disabled={cancelling} onClick={() => app.pause(!paused.value)}>
          {paused.value ? 'Go on' : 'Pause'}
        </button>
        <button ref={cancel} type="button" class="secondary" aria-disabled={cancelling} onClick={app.cancel}>
          {cancelling ? 'Cancelling…' : 'Cancel'}
        </button>
      </div>
    </section>
  );
}
