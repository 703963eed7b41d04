/**
 * The newest runs that this browser keeps, on the bench page: what they say together, and each by itself, to be shown
 * again or, if it was cut short, resumed. The history page has all.
 */

import './history.css';
import { countText, gbpsText } from '../../../../results/text/figures.ts';
import type { Headline } from '../../engine/kept/headlines.ts';
import type { RunSummary } from '../../engine/kept/run-store.ts';
import { keepFocusAfter } from '../../shell/keep-focus.ts';
import { routeUrl } from '../../shell/routes.ts';
import { dateText } from '../../text/date-text.ts';
import type { App } from '../bench/app.ts';
import { BetweenLines } from './between/between.tsx';
import { betweenLines } from './between/between-lines.ts';

/** The number of runs that the card lists. */
const SHOWN = 3;

export function History({ app }: { app: App }) {
  const { runs: kept, headlines, adapter, busy, record } = app.store;
  const others = kept.value.filter(({ created }) => created !== record.value?.created);
  const [line] = betweenLines(headlines.value, adapter.value);
  if ((others.length === 0 && !line) || busy.value) return null;
  return (
    <section class="card history" aria-labelledby="history-title">
      <h2 id="history-title" tabIndex={-1}>
        Kept runs
      </h2>
      <p class="note">Kept in this browser and nowhere else.</p>
      {line && <BetweenLines lines={[line]} />}
      {others.length > 0 && (
        <ul>
          {others.slice(0, SHOWN).map((run) => (
            <Run key={run.key} app={app} run={run} headline={headlines.value.find(({ key }) => key === run.key)} />
          ))}
        </ul>
      )}
      <p class="more">
        <a href={routeUrl('history')}>History: all kept runs, names, comparing, files</a>
      </p>
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
          {unfinished ? `cut short: ${done} of ${countText(cases, 'case')} done` : countText(cases, 'case')}
        </span>
      </span>
      <span class="actions">
        {unfinished && (
          <button
            type="button"
            class="secondary"
            aria-label={`Continue the run of ${when}`}
            onClick={() => app.resume(key)}
          >
            Continue
          </button>
        )}
        <button type="button" class="secondary" aria-label={`Show the run of ${when}`} onClick={() => app.show(key)}>
          Show
        </button>
        <button
          type="button"
          class="link"
          aria-label={`Forget the run of ${when}`}
          onClick={() => void keepFocusAfter(app.forgetRun(key), '#history-title', '#content button.primary')}
        >
          Forget
        </button>
      </span>
    </li>
  );
}
