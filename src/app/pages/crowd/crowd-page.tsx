/** The collection: what it says, its chart, its runs, and its files. */

import './crowd.css';
import { Plot } from '../../charts/svg/plot.tsx';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { routeUrl } from '../../shell/routes.ts';
import { Shell } from '../../shell/shell.tsx';
import { Downloads } from './downloads.tsx';
import { Filters } from './filters.tsx';
import { Runs } from './runs.tsx';
import { scatterChart } from './scatter.ts';
import { sentenceOf, sourcesText, underSentence } from './sentence.ts';
import type { CrowdState } from './state.ts';

interface CrowdPageProps {
  readonly state: CrowdState;
  /** Lines about parameters of the address that cannot be used. */
  readonly problems: readonly string[];
}

export function CrowdPage({ state, problems }: CrowdPageProps) {
  const view = state.view.value;
  const why = state.problem.value;
  return (
    <Shell route="crowd">
      <div class="masthead">
        <h1>Where does your GPU stand, and does the law hold?</h1>
      </div>
      <main id="content" class="crowd-page" tabIndex={-1}>
        <AddressCard problems={problems} />
        <div class="says">
          <p class="sentence" aria-live="polite" aria-busy={state.reading.value}>
            {view
              ? sentenceOf(view, state.query.value.adapters, state.filters.value.length > 0)
              : why
                ? 'The collection could not be read.'
                : 'Reading the collection…'}
          </p>
          {view && <p class="note">{underSentence(view, state.reading.value)}</p>}
        </div>
        <div role="alert" class="errors">
          {why && <RefusalCard refusal={unread(why)} onClose={() => void state.read()} closing="Try again" />}
        </div>
        {view?.runs === 0 && state.filters.value.length === 0 && !state.reading.value && (
          <p>
            <a href={routeUrl('bench')}>Run the bench</a> and be the first, or look at{' '}
            <a href={`${routeUrl('crowd')}?adapters=software`}>programs that imitate a GPU</a>, which are kept apart.
          </p>
        )}
        {view && <Filters state={state} view={view} />}
        {view && <Chart state={state} />}
        {view && view.runs > 0 && <Runs state={state} view={view} />}
        {view && <Downloads state={state} view={view} />}
        {(view || why) && <How />}
      </main>
    </Shell>
  );
}

function How() {
  return (
    <p class="note how">
      The runs are of people who chose to add theirs. Nothing can prove that a browser measured what it sends: rules
      look for what does not fit together, and say so beside the run. <a href={routeUrl('method')}>Method</a> says how a
      run is measured, <a href={routeUrl('privacy')}>Privacy</a> what becomes of one that you add: on its result, press{' '}
      <em>Add to the collection</em>.
    </p>
  );
}

const unread = (why: string) => ({
  title: 'The collection could not be read',
  lines: [why],
  steps: ['Check the connection, and try again.', 'Your own runs are in History: they need no connection.'],
});

function Chart({ state }: { readonly state: CrowdState }) {
  const { view, sources } = state;
  const now = view.value;
  if (!now || now.runs === 0) return null;
  const source = `Medians and quartiles of runs that people added. Source: ${sourcesText(sources.value?.sources ?? []) || 'the collection'}. HBMark ${__HBMARK_VERSION__}`;
  const chart = scatterChart(now, source);
  if (chart) return <Plot spec={chart} />;
  return (
    <section class="card" aria-labelledby="no-chart-title">
      <h2 id="no-chart-title">No chart of these runs</h2>
      <p class="lead">
        {now.step
          ? 'A dot needs a GPU that is known by its name, with its memory and this model measured: no run that matches has all three.'
          : 'A dot needs a whole model that was timed, and none of these runs timed one.'}
      </p>
    </section>
  );
}
