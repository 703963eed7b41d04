/** What the bench page does about runs that stopped early, once it has read them. Pure. */

import type { RunSummary } from '../../../engine/kept/run-store.ts';
import type { AskedToContinue } from './continue-link.ts';

export interface ContinueAnswer {
  /** The key of the run that is continued at once. Undefined: none. */
  readonly resume?: string;
  /** The run that the page offers to continue. Undefined: none. */
  readonly offer?: RunSummary | undefined;
  /** Why the run that the address names cannot be continued. Undefined: it can, or it names none. */
  readonly notice?: string;
}

/** @param runs all that the browser keeps, the newest first */
export function continueAnswer(
  { key, pressed }: Pick<AskedToContinue, 'key' | 'pressed'>,
  runs: readonly RunSummary[],
): ContinueAnswer {
  const unfinished = runs.filter(({ done, cases }) => done < cases);
  const named = unfinished.find((run) => run.key === key);
  if (named) return pressed ? { resume: named.key } : { offer: named };
  const [offer] = unfinished;
  if (key === undefined) return { offer };
  const notice = runs.some((run) => run.key === key)
    ? 'The run that this link would continue is whole: there is nothing left to measure.'
    : 'The run that this link would continue is not kept in this browser. A run continues where it began.';
  return { offer, notice };
}
