/** The list of runs. */

import './runs.css';
import '../../../shell/styles/rows.css';
import { integerText } from '../../../../../results/text/figures.ts';
import { SaveButtons } from '../../../charts/table/save-buttons.tsx';
import { compareUrl } from '../../../shelf/links.ts';
import { routeUrl } from '../../../shell/routes.ts';
import { MAX_COMPARED } from '../../compare/address.ts';
import type { HistoryState } from '../state.ts';
import { RunRow } from './run-row.tsx';
import { runsTable } from './runs-table.ts';

export function Runs({ history }: { history: HistoryState }) {
  const { listed, rows, chosen } = history;
  if (!listed.value) {
    return (
      <p class="card" aria-busy="true">
        Reading the runs of this browser…
      </p>
    );
  }
  if (rows.value.length === 0) {
    return (
      <section class="card no-runs">
        <h2>No runs yet</h2>
        <p>
          <a href={routeUrl('bench')}>Run the bench</a>: it takes half a minute. Or add the record of another machine.
        </p>
      </section>
    );
  }
  return (
    <section class="card rows runs" aria-labelledby="runs-title">
      <div class="head">
        <h2 id="runs-title" tabIndex={-1}>
          {integerText(listed.value.runs.length)} {listed.value.runs.length === 1 ? 'run' : 'runs'}
        </h2>
        <CompareLink keys={chosen.value} />
      </div>
      <table>
        <caption class="visually-hidden">Runs, the newest first, with 95&nbsp;% intervals within each run</caption>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col" class="number">
              Memory
            </th>
            <th scope="col" class="number">
              Writes
            </th>
            <th scope="col">Profile, date, status</th>
            <th scope="col">
              <span class="visually-hidden">What to do with it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.value.map((run) => (
            <RunRow key={run.key} run={run} history={history} />
          ))}
        </tbody>
      </table>
      <SaveButtons
        title="Runs"
        source={`Runs that this browser keeps. HBMark ${__HBMARK_VERSION__}`}
        table={() => runsTable(listed.value?.runs ?? [], history.facts.value)}
      />
    </section>
  );
}

function CompareLink({ keys }: { keys: readonly string[] }) {
  if (keys.length < 2) {
    return <p class="note">Tick two to {MAX_COMPARED === 5 ? 'five' : MAX_COMPARED} runs to compare them.</p>;
  }
  return (
    <a class="button primary" href={compareUrl(keys)}>
      Compare {keys.length} runs
    </a>
  );
}
