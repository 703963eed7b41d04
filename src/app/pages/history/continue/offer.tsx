/** The run that can be continued, on top of the bench page: one that a link names, else the newest that stopped early. */

import './offer.css';
import { integerText } from '../../../../../results/text/figures.ts';
import type { RunSummary } from '../../../engine/kept/run-store.ts';
import { keepFocusAfter } from '../../../shell/keep-focus.ts';
import { dateText } from '../../../text/date-text.ts';
import type { App } from '../../bench/app.ts';

export function Offer({ app }: { app: App }) {
  const { store } = app;
  const run = store.offer.value;
  if (!run || store.begun.value || store.stage.value !== 'ready') return null;
  return (
    <section class="card offer" aria-label="A run that stopped early" data-offer>
      <p>{offerText(run)}</p>
      <button type="button" class="secondary" onClick={() => app.resume(run.key)}>
        Continue
      </button>
      <button type="button" class="link" onClick={() => dismiss(app)}>
        Not now
      </button>
    </section>
  );
}

function dismiss(app: App): void {
  app.dismissOffer();
  // The button goes with its card: whoever pressed it by keyboard is led to the one that starts a new run.
  void keepFocusAfter(undefined, '#content button.primary');
}

/** `A run of 28 Nov 2026, 14:03 stopped at 40 %.` */
export function offerText({ created, done, cases }: RunSummary): string {
  return `A run of ${dateText(created)} stopped at ${integerText(Math.floor((100 * done) / cases))} %.`;
}
