/** Links to what would fit, where the question does not. Each is an address of its own. */

import { changesThatFit } from './fitting.ts';
import { queryOf } from './question.ts';
import type { Store } from './store.ts';

export function WouldFit({ store }: { store: Store }) {
  const answer = store.answer.value;
  const all = changesThatFit(answer);
  if (answer.prediction.fits) return null;
  if (all.length === 0) return <p>No single change here would make it fit.</p>;
  return (
    <div class="would-fit">
      <p>Each of these would fit:</p>
      <ul>
        {all.map(({ text, changes }) => (
          <li key={text}>
            <a
              href={queryOf({ ...answer.question, ...changes }) || '?'}
              onClick={(event) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                event.preventDefault();
                store.ask(changes);
                // The link is gone with what it offered.
                document.getElementById('content')?.focus();
              }}
            >
              {text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
