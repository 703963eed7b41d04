/**
 * The runs that this browser keeps: what they say together, and each by itself, to be shown again or, if it was cut
 * short, resumed.
 */

import './history.css';
import { gbpsText } from '../../../results/figures.ts';
import type { App } from '../app.ts';
import { dateText } from '../date-text.ts';
import type { Headline } from '../engine/headlines.ts';
import type { RunSummary } from '../engine/run-store.ts';
import { betweenLines } from './between-lines.ts';

export function History({ app }: { app: App }) {
  const { runs: kept, headlines, adapter, busy, record } = app.store;
  const others = kept.value.filter(({ created }) => created !== record.value?.created);
  const lines = betweenLines(headlines.value, adapter.value);
  if ((others.length === 0 && lines.length === 0) || busy.value) return null;
  return (
    <section class="card history" aria-labelledby="history-title">
      <h2 id="history-title">Kept runs</h2>
      <p class="note">Kept in this browser and nowhere else.</p>
      {lines.length > 0 && (
        <div class="between">
          {lines.map(({ key, runs, figure, kind, note }) => (
            <p key={key} data-between>
              <strong>
                {runs}: <span class="figure">{figure}</span> {kind}
              </strong>
              <span class="note">{note}</span>
            </p>
          ))}
        </div>
      )}
      {others.length > 0 && (
        <ul>
          {others.map((run) => (
            <Run key={run.key} app={app} run={run} headline={headlines.value.find(({ key }) => key === run.key)} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface RunProps {
  readonly app: App;
  readonly run: RunSummary;
  /** Undefined: the run has none, or it is not known yet. */
  readonly headline: Headline | undefined;
}

function Run({ app, run: { key, created, profile, models, done, cases }, headline }: RunProps) {
  const unfinished = done < cases;
  const when = dateText(created);
  const gbps = headline && gbpsText(headline.gbps);
  return (
    <li>
      <span class="what">
        <strong>
          {when}
          {gbps && `, ${gbps.value} ${gbps.unit}`}
        </strong>
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
