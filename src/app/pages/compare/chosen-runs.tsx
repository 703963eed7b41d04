/** The runs of a comparison by their letters, and the field that adds another. */

import { keepFocusAfter } from '../../shell/keep-focus.ts';
import { routeUrl } from '../../shell/routes.ts';
import { dateText } from '../../text/date-text.ts';
import { LETTERS } from './address.ts';
import type { ComparedRun, Comparison } from './comparison.ts';
import type { CompareState } from './state.ts';

interface ChosenRunsProps {
  readonly state: CompareState;
  readonly comparison: Comparison;
}

export function ChosenRuns({ state, comparison: { runs } }: ChosenRunsProps) {
  return (
    <section class="card chosen" aria-labelledby="chosen-title">
      <h2 id="chosen-title" tabIndex={-1}>
        {runs.length > 1 ? 'The runs' : 'Choose two runs'}
      </h2>
      {runs.length > 0 && (
        <ol>
          {runs.map((run, i) => (
            <Chosen key={run.key} run={run} letter={LETTERS[i] ?? ''} state={state} />
          ))}
        </ol>
      )}
      <AddRun state={state} />
    </section>
  );
}

interface ChosenProps {
  readonly run: ComparedRun;
  readonly letter: string;
  readonly state: CompareState;
}

function Chosen({ run, letter, state }: ChosenProps) {
  const about = [run.gpu === run.name ? '' : run.gpu, run.profile, dateText(run.created)].filter(Boolean).join(' · ');
  return (
    <li data-compared={run.key}>
      <span class="letter">{letter}</span>
      <span class="what">
        <strong>{run.name}</strong>
        <span class="about">
          {about}
          {run.origin === 'imported' && ' · from a file'}
          {run.origin === 'crowd' && ' · of the collection'}
          {run.endedEarly && ` · ended early: ${run.endedEarly}`}
        </span>
      </span>
      <span class="actions">
        {letter !== 'A' && (
          <button
            type="button"
            class="link"
            aria-label={`Make it A: ${letter}, ${run.name}`}
            onClick={() => keepByList(state.putFirst(run.key))}
          >
            Make it A
          </button>
        )}
        <button
          type="button"
          class="link"
          aria-label={`Remove ${letter}: ${run.name}`}
          onClick={() => keepByList(state.remove(run.key))}
        >
          Remove
        </button>
      </span>
    </li>
  );
}

/** Keeps the focus by the list, once what was pressed is gone. */
function keepByList(change: Promise<void>): void {
  void keepFocusAfter(change, '#chosen-title');
}

function AddRun({ state }: { state: CompareState }) {
  const others = state.others.value;
  if (state.isFull.value) return <p class="note">Five runs are the most: remove one to add another.</p>;
  if (others.length === 0) {
    return (
      <p class="note">
        {state.keys.value.length > 0 ? 'This browser keeps no other run.' : 'This browser keeps no run yet.'}{' '}
        <a href={routeUrl('bench')}>Run the bench</a>, or add the record of another machine.
      </p>
    );
  }
  return (
    <label class="add-run">
      <span>Add a run</span>
      <select
        value=""
        onChange={(event) => {
          const { value } = event.currentTarget;
          event.currentTarget.value = '';
          if (value !== '') keepByList(state.add(value));
        }}
      >
        <option value="">Choose one…</option>
        {others.map((run) => (
          <option key={run.key} value={run.key}>
            {[run.name, dateText(run.created), run.profile, run.file && `from ${run.file}`].filter(Boolean).join(' · ')}
          </option>
        ))}
      </select>
    </label>
  );
}
