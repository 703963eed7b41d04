/** The page, from top to bottom: headline, run, labels, the cards of results, and how they were measured. */

import { AdapterCard } from './adapter/adapter-card.tsx';
import type { App } from './app.ts';
import { ErrorCards } from './errors/error-card.tsx';
import { History } from './history/history.tsx';
import { Method } from './method/method.tsx';
import { CacheCard } from './result/caches/cache-card.tsx';
import { ClaimsCard } from './result/claims/claims-card.tsx';
import { DecodeCard } from './result/decode/decode-card.tsx';
import { GemvLineCard } from './result/gemv-line/gemv-line-card.tsx';
import { Headline } from './result/headline/headline.tsx';
import { Labels } from './result/labels/labels.tsx';
import { SoftwareBanner } from './result/labels/software-banner.tsx';
import { LawCard } from './result/law/law-card.tsx';
import { Measurements } from './result/measurements/measurements.tsx';
import { RunPanel } from './run/run-panel.tsx';

export function Page({ app }: { app: App }) {
  const { store } = app;
  return (
    <>
      <SoftwareBanner store={store} />
      <div class="page">
        <header class="masthead">
          <h1>
            <Mark />
            HBMark
          </h1>
          <p>
            Find out how fast a language model can write on your GPU, and what limits it. HBMark streams synthetic
            weights through the GPU as a model’s decode step does. Nothing is downloaded or uploaded.
          </p>
        </header>
        <main>
          <ErrorCards app={app} />
          {store.stage.value === 'unusable' && <History app={app} />}
          {store.stage.value !== 'unusable' && (
            <>
              <div class="columns">
                <div class="stack">
                  <Headline app={app} />
                  <RunPanel app={app} />
                  <History app={app} />
                  <Labels store={store} />
                </div>
                <AdapterCard store={store} />
              </div>
              <DecodeCard store={store} />
              <ClaimsCard store={store} />
              <LawCard store={store} />
              <GemvLineCard store={store} />
              <CacheCard store={store} />
              <Measurements store={store} />
              <Method store={store} />
            </>
          )}
        </main>
        <footer>
          HBMark {__HBMARK_VERSION__}
          {__HBMARK_COMMIT__ && ` (${__HBMARK_COMMIT__.slice(0, 7)})`}. Everything runs on this machine.{' '}
          <a href="licences.txt">Licences</a>
        </footer>
      </div>
    </>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="4" width="28" height="6" rx="2" />
      <rect x="2" y="13" width="28" height="6" rx="2" opacity="0.75" />
      <rect x="2" y="22" width="17" height="6" rx="2" opacity="0.5" />
    </svg>
  );
}
