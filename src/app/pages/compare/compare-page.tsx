/** Runs beside each other: a sentence, what differs, and a ratio for every case that all of them have. */

import './compare-page.css';
import { shown } from '../../../../results/text/shown.ts';
import { DropZone, focusAdd } from '../../shelf/drop-zone.tsx';
import { RefusalCard } from '../../shelf/refusal-card.tsx';
import { Refusals } from '../../shelf/refusals.tsx';
import { AddressCard } from '../../shell/address/address-card.tsx';
import { Shell } from '../../shell/shell.tsx';
import { ChosenRuns } from './chosen-runs.tsx';
import type { Comparison } from './comparison.ts';
import { Differences } from './differences.tsx';
import { RatioChart } from './ratios/ratio-chart.tsx';
import { RatioTable } from './ratios/ratio-table.tsx';
import { SaveComparison } from './save-comparison.tsx';
import { sentencesOf } from './sentence.ts';
import type { CompareState } from './state.ts';

interface ComparePageProps {
  readonly state: CompareState;
  /** Lines about parameters of the address that cannot be used. */
  readonly problems: readonly string[];
}

export function ComparePage({ state, problems }: ComparePageProps) {
  const { adding, broken, compared } = state;
  const answer = compared.value;
  return (
    <Shell route="compare">
      <div class="masthead">
        <h1>Which is faster, and how surely?</h1>
        <p>Set up to five runs beside each other: your own, or records from other machines.</p>
      </div>
      <main id="content" class="compare-page">
        <AddressCard problems={problems} />
        <Refusals refusals={adding.refusals.value} onClose={adding.close} />
        {broken.value && <RefusalCard refusal={broken.value} />}
        {answer && answer.missing.length > 0 && <Missing state={state} missing={answer.missing} />}
        {answer && (
          <>
            <Sentences comparison={answer.comparison} />
            <ChosenRuns state={state} comparison={answer.comparison} />
            <DropZone onFiles={adding.take} busy={adding.busy.value > 0} />
          </>
        )}
        {!answer && !broken.value && (
          <p class="card" aria-busy="true">
            Reading the runs…
          </p>
        )}
        <p class="said" role="status">
          {adding.said.value}
        </p>
        {answer && answer.comparison.runs.length > 1 && <Results comparison={answer.comparison} />}
      </main>
    </Shell>
  );
}

/** The maximum length of a key that is shown: a date and a seed are well below it. */
const MAX_KEY = 40;

function Missing({ state, missing }: { state: CompareState; missing: readonly string[] }) {
  const refusal = {
    title: missing.length === 1 ? 'A run is not in this browser' : `${missing.length} runs are not in this browser`,
    lines: missing.map(
      (key) => `Nothing is kept here as “${shown(key, MAX_KEY)}”, and the collection of this site did not give it.`,
    ),
    steps: [
      'A link to a comparison works in the browser that keeps its runs, and for runs of this site’s collection anywhere.',
      'Add the record of each run that is missing, as a file.',
    ],
  };
  return (
    <div>
      <RefusalCard
        refusal={refusal}
        closing={missing.length === 1 ? 'Leave it out' : 'Leave them out'}
        onClose={() => void state.dropMissing().then(focusAdd)}
      />
    </div>
  );
}

/** The headline: reading memory, or else the first case. */
function Sentences({ comparison: { runs, cases } }: { comparison: Comparison }) {
  const [first] = cases;
  if (runs.length < 2) return null;
  if (!first) {
    return (
      <section class="card headline-ratio" data-ratio-headline data-sentences="1">
        <p class="sentence">These runs have no case in common.</p>
        <p class="lead">
          A case is compared where all runs have measured it: remove the run that ended early, or run the same profile
          on both machines.
        </p>
      </section>
    );
  }
  return (
    <section class="card headline-ratio" aria-label="The answer" data-ratio-headline data-sentences={runs.length - 1}>
      {sentencesOf(first).map(({ text, told }) => (
        <p key={text} class="sentence" data-told={told}>
          {text}
        </p>
      ))}
      <p class="lead">
        {first.kind === 'stream' ? 'At reading memory' : `At ${first.title}`}, in {first.unit}. In brackets: the
        95&nbsp;% interval, from the scatter within these runs. The next runs may differ by more: three runs of each
        machine show by how much.
      </p>
    </section>
  );
}

function Results({ comparison }: { comparison: Comparison }) {
  return (
    <>
      <Differences comparison={comparison} />
      {comparison.cases.length > 0 && (
        <section class="card" aria-labelledby="ratios-title">
          <h2 id="ratios-title">How many times as fast A is</h2>
          <p class="lead">
            One row for each case that all runs have. Right of 1× A is faster, left of it slower. Grey and hollow: the
            interval holds 1, so these measurements cannot tell them apart.
          </p>
          <RatioChart comparison={comparison} />
          <RatioTable comparison={comparison} />
          <SaveComparison comparison={comparison} />
          <p class="method-note">
            The intervals are Fieller’s (1954), of the ratio of two times whose errors are independent and normal.
          </p>
        </section>
      )}
    </>
  );
}
