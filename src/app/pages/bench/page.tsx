/** The page, from top to bottom: headline, run, labels, the cards of results, and how they were measured. */

import { useSignal, useSignalEffect } from '@preact/signals';
import { AdapterCard } from '../../cards/adapter/adapter-card.tsx';
import { Headline } from '../../cards/headline/headline.tsx';
import { Labels } from '../../cards/labels/labels.tsx';
import { SoftwareBanner } from '../../cards/labels/software-banner.tsx';
import { ErrorCards } from '../../errors/error-card.tsx';
import { Shell } from '../../shell/shell.tsx';
import type { Store } from '../../state.ts';
import { History } from '../history/history.tsx';
import { Offer } from '../history/offer.tsx';
import type { App } from './app.ts';
import { RunPanel } from './run/run-panel.tsx';
import { RunStrip } from './run/run-strip.tsx';

export function Page({ app }: { app: App }) {
  const { store } = app;
  return (
    <>
      <Shell route="bench">
        <div class="masthead">
          <h1>How fast can a model write on this GPU?</h1>
          <p>
            Find out how fast a language model can write on your GPU, and what limits it. HBMark streams synthetic
            weights through the GPU as a model’s decode step does. Nothing is downloaded, and nothing is uploaded unless
            you say so.
          </p>
        </div>
        <RunStrip app={app} />
        <main id="content">
          <ErrorCards app={app} />
          <Offer app={app} />
          {store.stage.value === 'unusable' && <History app={app} />}
          {store.stage.value !== 'unusable' && (
            <>
              <div class="columns">
                <div class="stack">
                  <Headline app={app} />
                  <RunPanel app={app} />
                  <OfRun store={store} part="Share" />
                  <History app={app} />
                  <Labels store={store} />
                </div>
                <AdapterCard store={store} />
              </div>
              <OfRun store={store} part="Results" />
            </>
          )}
        </main>
      </Shell>
      {/* At the window's lower edge: it comes with the adapter, and moves nothing. */}
      <SoftwareBanner store={store} />
    </>
  );
}

/** What only a run has. Its code is loaded once there is one. */
function OfRun({ store, part }: { store: Store; part: 'Results' | 'Share' }) {
  const parts = useSignal<typeof import('./results.tsx') | undefined>(undefined);
  useSignalEffect(() => {
    if (!store.begun.value || parts.peek()) return;
    import('./results.tsx').then(
      (loaded) => {
        parts.value = loaded;
      },
      () => {
        store.missing.value = 'What a run shows';
      },
    );
  });
  const Part = parts.value?.[part];
  return Part ? <Part store={store} /> : null;
}
