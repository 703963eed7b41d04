/** What the analyst's worker offers the page: it follows a run's events, and derives a view of them when asked. */

import type { RunEvent } from '../../../harness/events.ts';
import type { LawView } from './law-view.ts';
import type { ResultView } from './result-view.ts';
import type { RunView } from './view.ts';

export interface AnalystApi {
  /** Forgets the run that it followed. */
  reset(): void;
  receive(event: RunEvent): void;
  /** @param modelId the preset whose decode is estimated from its weights alone */
  view(modelId: string): RunView;
  /** The law of the run so far, which takes up to seconds. Undefined: there is none yet. */
  law(): LawView | undefined;
  /** What only a page about the whole result shows. Undefined: the run has not ended. */
  result(modelId: string): ResultView | undefined;
}
