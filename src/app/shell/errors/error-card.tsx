/** One card for each error: its title, its message, and what to do. */

import './error-card.css';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Place } from '../../../../results/machine/place.ts';
import type { App } from '../../pages/bench/app.ts';
import type { Store } from '../../state/state.ts';
import { routeUrl } from '../routes.ts';
import { ADVICE } from './advice.ts';
import { deathText } from './death-text.ts';
import { NotLoaded } from './not-loaded.tsx';
import type { PageErrorCode } from './page-error.ts';
import { StepText } from './step-text.tsx';

export function ErrorCards({ app }: { app: App }) {
  const { store } = app;
  const [error, death, storage] = [store.error.value, store.death.value, store.storage.value];
  const { place } = store;
  return (
    <div role="alert" class="errors">
      {store.problems.length > 0 && <ErrorCard code="unknown-parameter" place={place} messages={store.problems} />}
      {death && (
        <ErrorCard code="page-ended" place={place} messages={[deathText(death)]}>
          <button type="button" class="secondary" disabled={store.busy.value} onClick={app.forgetLimit}>
            Use as much as before
          </button>
        </ErrorCard>
      )}
      {storage && (
        <ErrorCard code={`storage-${storage}`} place={place} messages={[UNKEPT]}>
          <button type="button" class="secondary" onClick={app.saveUnkept}>
            Save the run so far
          </button>
        </ErrorCard>
      )}
      {store.fileProblem.value && <FileCard store={store} />}
      {store.missing.value && <NotLoaded what={store.missing.value} />}
      {error && (
        <ErrorCard code={error.code} place={place} messages={[error.message]}>
          {(error.code === 'no-webgpu' || error.code === 'no-adapter') && <Without />}
        </ErrorCard>
      )}
    </div>
  );
}

/** What a person can do here without a GPU. */
const Without = () => (
  <p class="without">
    Without it nothing can be measured here. <a href={routeUrl('what-if')}>What if</a> computes what a GPU could do,{' '}
    <a href={routeUrl('crowd')}>Crowd</a> has what others measured, and <a href={routeUrl('history')}>History</a> opens
    records.
  </p>
);

const UNKEPT =
  'What is measured is on this page alone until it is saved. The run goes on, and its figures are right all the same.';

/** The card of a file, which comes into view: a file may be dropped anywhere on the page. */
function FileCard({ store: { fileProblem, place } }: { store: Store }) {
  const card = useRef<HTMLDivElement>(null);
  const problem = fileProblem.value;
  useEffect(() => {
    if (problem) card.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  return (
    <div ref={card}>
      <ErrorCard code="unusable-file" place={place} messages={[problem]} />
    </div>
  );
}

interface ErrorCardProps {
  readonly code: PageErrorCode;
  readonly place: Place;
  /** One may begin with the title, as the terminal needs it, which has no card: it is not said twice. */
  readonly messages: readonly string[];
  /** What a person can do on the card itself. */
  readonly children?: ComponentChildren;
}

function ErrorCard({ code, place, messages, children }: ErrorCardProps) {
  const { title, steps } = ADVICE[code](place);
  return (
    <section class="error-card" data-code={code}>
      <h2>{title}</h2>
      {messages.map((message) => (
        <p key={message}>{message.startsWith(`${title}: `) ? message.slice(title.length + 2) : message}</p>
      ))}
      <h3>What to do</h3>
      <ul>
        {steps.map((step) => (
          <li key={step}>
            <StepText text={step} />
          </li>
        ))}
      </ul>
      {children}
    </section>
  );
}
