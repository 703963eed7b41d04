/** The runs that were added to the collection from this browser, and those that wait to be. */

import './submitted.css';
import type { Submission } from '../../../collection/submit/api.ts';
import { resultUrl } from '../../../shelf/links.ts';
import { keepFocusAfter } from '../../../shell/keep-focus.ts';
import { dateText } from '../../../text/date-text.ts';
import type { SubmittedState } from './state.ts';

export function Submitted({ state }: { readonly state: SubmittedState }) {
  const { submissions, said } = state;
  const list = submissions.value;
  // The line stays for as long as something was said, also once the last run is gone.
  if (list.length === 0 && !said.value) return null;
  // What was pressed may be gone with its line.
  const done = (change: Promise<void>) => keepFocusAfter(change, '#submitted-title');
  return (
    <section class="card submitted" aria-labelledby="submitted-title">
      <h2 id="submitted-title" tabIndex={-1}>
        Added to the collection
      </h2>
      <p class="lead">
        What you have submitted from this browser. Deleting a run above does not delete it from the collection: that is
        done here.
      </p>
      <p class="said" role="status">
        {said.value}
      </p>
      <ul>
        {list.map((submission) => (
          <Line key={submission.id} submission={submission} state={state} onDone={done} />
        ))}
      </ul>
    </section>
  );
}

interface LineProps {
  readonly submission: Submission;
  readonly state: SubmittedState;
  readonly onDone: (change: Promise<void>) => Promise<void>;
}

function Line({ submission, state, onDone }: LineProps) {
  const { id, machine, created, at } = submission;
  const isBusy = state.busy.value.has(id);
  const of = `${machine}, ${dateText(created)}`;
  const isUnsent = submission.state === 'waiting' || submission.state === 'refused';
  const button = (text: string, act: (submission: Submission) => Promise<void>) => (
    <button
      type="button"
      class="secondary"
      aria-label={`${text}: ${of}`}
      disabled={isBusy}
      onClick={() => void onDone(act(submission))}
    >
      {text}
    </button>
  );
  return (
    <li data-submission={id} data-state={submission.state}>
      <span class="what">
        <strong>{machine}</strong>
        <span>
          Run of {dateText(created)}. {stateText(submission, dateText(at))}
        </span>
      </span>
      <span class="actions">
        {isUnsent ? (
          <>
            {button('Send again', state.sendAgain)}
            {button('Do not send', state.forget)}
          </>
        ) : (
          <>
            <a class="button secondary" href={resultUrl(id)} aria-label={`Open in the collection: ${of}`}>
              Open
            </a>
            {submission.token
              ? button('Delete from the collection', state.remove)
              : button('Forget this line', state.forget)}
          </>
        )}
      </span>
    </li>
  );
}

function stateText({ state, reason }: Submission, when: string): string {
  switch (state) {
    case 'waiting':
      return `Waiting: ${reason}.`;
    case 'refused':
      return `Not taken: ${reason}.`;
    case 'added':
      return `Added on ${when}.`;
    case 'known':
      return 'It was there already: somebody else has the token that deletes it.';
  }
}
