/** The page, from top to bottom: headline, run, labels, the cards of results, and how they were measured. */

import '../../cards/headline/headline.css';
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { AdapterCard } from '../../cards/adapter/adapter-card.tsx';
import { Labels } from '../../cards/labels/labels.tsx';
import { SoftwareBanner } from '../../cards/labels/software-banner.tsx';
import { ErrorCards } from '../../shell/errors/error-card.tsx';
import { Shell } from '../../shell/shell.tsx';
import type { Store } from '../../state/state.ts';
import { Offer } from '../history/continue/offer.tsx';
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
            Find out how fast a language model can write on your GPU, and what limits it. Nothing is downloaded, and
            nothing is uploaded unless you say so.
          </p>
        </div>
        <RunStrip app={app} />
        <main id="content">
          <ErrorCards app={app} />
          <Offer app={app} />
          {store.stage.value === 'unusable' && <Kept app={app} />}
          {store.stage.value !== 'unusable' && (
            <>
              <div class="columns">
                <div class="stack">
                  <OfRun app={app} part="Headline" meanwhile={<div class="headline" />} />
                  <RunPanel app={app} />
                  <OfRun app={app} part="Share" />
                  <Kept app={app} />
                  <Labels store={store} />
                </div>
                <AdapterCard store={store} />
              </div>
              <OfRun app={app} part="Results" />
            </>
          )}
        </main>
      </Shell>
      {/* At the window's lower edge: it comes with the adapter, and moves nothing. */}
      <SoftwareBanner store={store} />
    </>
  );
}

interface OfRunProps {
  readonly app: App;
  readonly part: 'Headline' | 'Results' | 'Share';
  /** What keeps the part's place while it is loaded. Default: nothing. */
  readonly meanwhile?: ComponentChildren;
}

/** What only a run has. */
function OfRun({ app, part, meanwhile }: OfRunProps) {
  const { store } = app;
  const { begun, missing } = store;
  const parts = usePart(store, 'What a run shows', begun, () => import('./results.tsx'));
  const Part = parts?.[part];
  if (Part) return <Part app={app} store={store} />;
  return begun.value && !missing.value ? (meanwhile ?? null) : null;
}

/** The runs that the browser keeps. */
function Kept({ app }: { app: App }) {
  const isKept = useComputed(() => app.store.runs.value.length > 0);
  const parts = usePart(app.store, 'What lists kept runs', isKept, () => import('../history/history.tsx'));
  return parts ? <parts.History app={app} /> : null;
}

/** Returns a part of the page whose code is loaded once it is `wanted`; the page says if that fails. */
function usePart<Part>(
  { missing }: Store,
  what: string,
  wanted: ReadonlySignal<boolean>,
  load: () => Promise<Part>,
): Part | undefined {
  const part = useSignal<Part | undefined>(undefined);
  useSignalEffect(() => {
    if (!wanted.value || part.peek()) return;
    load().then(
      (loaded) => {
        part.value = loaded;
      },
      () => {
        missing.value ??= what;
      },
    );
  });
  return part.value;
}
