/** What the analyst's worker offers the page: it follows a run's events, and is asked for a view now and then. */

import type { RunEvent } from '../../../harness/events.ts';
import type { LawView } from './law-view.ts';
import type { RunView } from './view.ts';

export interface AnalystApi {
  /** Forgets the run it followed. */
  reset(): void;
  receive(event: RunEvent): void;
  view(modelId: string): RunView;
  /** Takes up to seconds; undefined while there is none. */
  law(): LawView | undefined;
}
