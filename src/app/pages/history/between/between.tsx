/** What comparable runs say together: a line for each group. */

import './between.css';
import type { BetweenLine } from './between-lines.ts';

export function BetweenLines({ lines }: { lines: readonly BetweenLine[] }) {
  return (
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
  );
}
