/** The analyst as the page sees it: fed with events, it keeps a view up to date, at a pace that disturbs nothing. */

import { wrap } from 'comlink';
import type { RunEvent } from '../../../harness/events.ts';
import type { AnalystApi } from './api.ts';
import type { LawView } from './law-view.ts';
import type { RunView } from './view.ts';

/** Fewest ms between two views during a run. */
const PACE_MS = 400;

/** A view that took t is followed by a rest of at least this many t, so that analysing never takes a whole core. */
const REST = 4;

/** Events that change a view. */
const SEEN: ReadonlySet<RunEvent['type']> = new Set(['clock', 'measurement', 'decode', 'done']);

export interface Analyst {
  reset(): void;
  receive(event: RunEvent): void;
  /** Shows the decode of another model. */
  choose(modelId: string): void;
}

export function startAnalyst(
  modelId: string,
  onView: (view: RunView) => void,
  onLaw: (law: LawView | undefined) => void,
): Analyst {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-analyst' });
  const remote = wrap<AnalystApi>(worker);
  let model = modelId;
  /** Views of a run that was left behind are dropped. */
  let generation = 0;
  let restUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inFlight = false;
  /** What was asked for while a view was in flight. */
  let next: 'none' | 'paced' | 'now' = 'none';

  function request(pace: 'paced' | 'now'): void {
    if (inFlight) {
      next = pace === 'now' ? 'now' : next === 'none' ? 'paced' : next;
      return;
    }
    if (pace === 'paced' && timer !== undefined) return;
    clearTimeout(timer);
    timer = setTimeout(refresh, pace === 'now' ? 0 : Math.max(0, restUntil - performance.now()));
  }

  async function refresh(): Promise<void> {
    timer = undefined;
    inFlight = true;
    const [asked, began] = [generation, performance.now()];
    const view = await remote.view(model);
    if (asked === generation) onView(view);
    // It may take as long as all else together, for which nobody should wait.
    const law = await remote.law();
    if (asked === generation) onLaw(law);
    const tookMs = performance.now() - began;
    restUntil = performance.now() + Math.max(PACE_MS, REST * tookMs);
    inFlight = false;
    const pace = next;
    next = 'none';
    if (pace !== 'none') request(pace);
  }

  return {
    reset() {
      generation++;
      void remote.reset();
    },
    receive(event) {
      if (!SEEN.has(event.type)) return;
      void remote.receive(event);
      // Whoever waits for the end of a run, or for another model, waits for nothing else.
      request(event.type === 'done' ? 'now' : 'paced');
    },
    choose(id) {
      model = id;
      request('now');
    },
  };
}
