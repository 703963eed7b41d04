/** The runs that this browser keeps. Each can be shown again, and one that was cut short can be resumed. */

import './history.css';
import type { App } from '../app.ts';
import { dateText } from '../date-text.ts';
import type { RunSummary } from '../engine/run-store.ts';

export function History({ app }: { app: App }) {
  const { runs, busy, record } = app.store;
  const others = runs.value.filter(({ created }) => created !== record.value?.created);
  if (others.length === 0 || busy.value) return null;
  return (
    <section class="card history" aria-labelledby="history-title">
      <h2 id="history-title">Earlier runs</h2>
      <p class="note">Kept in this browser and nowhere else.</p>
      <ul>
        {others.map((run) => (
          <Run key={run.key} app={app} run={run} />
        ))}
      </ul>
    </section>
  );
}

function Run({ app, run: { key, created, profile, models, done, cases } }: { app: App; run: RunSummary }) {
  const unfinished = done < cases;
  const when = dateText(created);
  return (
    <li>
      <span class="what">
        <strong>{when}</strong>
        <span>
          {[profile, ...models].join(', ')},{' '}
          {unfinished ? `cut short: ${done} of ${cases} cases done` : `${cases} cases`}
        </span>
      </span>
      <span class="actions">
        {unfinished && (
          <button
            type="button"
            class="primary"
            aria-label={`Resume the run of ${when}`}
            onClick={() => app.resume(key)}
          >
            Resume
          </button>
        )}
        <button type="button" class="secondary" aria-label={`Show the run of ${when}`} onClick={() => app.show(key)}>
          Show
        </button>
        <button type="button" class="link" aria-label={`Forget the run of ${when}`} onClick={() => app.forgetRun(key)}>
          Forget
        </button>
      </span>
    </li>
  );
}
