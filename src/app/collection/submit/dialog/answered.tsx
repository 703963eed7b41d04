/** What became of a run that was submitted, and how to delete it. */

import './dialog.css';
import { useEffect, useRef } from 'preact/hooks';
import { resultUrl } from '../../../shelf/links.ts';
import { routeUrl } from '../../../shell/routes.ts';
import type { Submission, Submitted } from '../api.ts';

interface AnsweredProps {
  readonly submitted: Submitted;
  readonly onClose: () => void;
}

export function Answered({ submitted: { submission, trouble }, onClose }: AnsweredProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus is gone.
  useEffect(() => heading.current?.focus(), []);
  const { title, text } = wordsOf(submission);
  const token = submission.state === 'added' ? submission.token : '';
  return (
    <>
      <h2 id="add-title" ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <p class="lead">{text}</p>
      {submission.state === 'added' && (
        <p>
          <a href={resultUrl(submission.id)}>The run in the collection</a>
        </p>
      )}
      {trouble === null ? (
        <p class="note">
          <a href={routeUrl('history')}>History</a> has it, under “Added to the collection”
          {token && ', with the token that deletes it again'}.
        </p>
      ) : (
        <p class="note">
          This browser {trouble === 'full' ? 'has no storage left' : 'has no storage for this page'}, so History does
          not have it.{' '}
          {token ? 'Write the token down: without it, you cannot delete the run.' : 'To try again, submit it again.'}
        </p>
      )}
      {trouble !== null && token && (
        <label class="token">
          <span>The token that deletes run {submission.id.slice(0, 12)}</span>
          <input type="text" readOnly value={token} onFocus={({ currentTarget }) => currentTarget.select()} />
        </label>
      )}
      <p class="answers">
        <button type="button" class="secondary" onClick={onClose}>
          Close
        </button>
      </p>
    </>
  );
}

function wordsOf({ state, reason }: Submission): { readonly title: string; readonly text: string } {
  switch (state) {
    case 'added':
      return {
        title: 'It is in the collection',
        text: 'It is looked at within seconds: rules say whether anything speaks against it. Whatever they say, it can be seen, with their reasons.',
      };
    case 'known':
      return {
        title: 'It was in the collection already',
        text: 'The same run was added before. Whoever added it has the token that deletes it.',
      };
    case 'refused':
      return { title: 'The collector did not take it', text: `It says: ${reason}. The run stays here as it is.` };
    case 'waiting':
      return {
        title: 'It was not sent',
        text: `The reason: ${reason}. What would be sent is kept in this browser, and is sent when you say so.`,
      };
  }
}
