/** The analyst as the page sees it: it is fed events, and returns views at a pace that does not disturb the run. */

import { wrap } from 'comlink';
import type { RunEvent } from '../../../harness/events.ts';
import { type StartedWorker, started } from '../shell/started-worker.ts';
import type { AnalystApi } from './api.ts';
import type { LawView } from './law-view.ts';
import type { ResultView } from './result-view.ts';
import type { RunView } from './view.ts';

/** The minimum rest between two views during a run. */
const MIN_REST_MS = 400;

/** A view is followed by a rest of at least this many times its duration, so that analysing takes a tenth of a core. */
const REST_PER_VIEW = 9;

/** Events that change a view. */
const CHANGING: ReadonlySet<RunEvent['type']> = new Set(['clock', 'measurement', 'decode', 'done']);

export interface Analyst {
  reset(): void;
  receive(event: RunEvent): void;
  /** Chooses the preset whose decode is estimated from its weights alone. */
  choose(modelId: string): void;
}

export interface AnalystListener {
  onView(view: RunView): void;
  onLaw(law: LawView | undefined): void;
  /** Left out where nobody shows it. */
  onResult?(result: ResultView | undefined): void;
  /** The analyst's code could not be loaded, or broke: what it was asked for has no answer. */
  onBroken(): void;
}

const analystWorker = (): StartedWorker =>
  started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-analyst' }));

/** @param on the worker that it works in. Default: a new one of its own */
export function startAnalyst(modelId: string, listener: AnalystListener, on = analystWorker()): Analyst {
  const { onView, onLaw, onResult, onBroken } = listener;
  const { worker, failed } = on;
  void failed.then(onBroken);
  const remote = wrap<AnalystApi>(worker);
  let model = modelId;
  /** A number that rises with each reset. Views of an earlier generation are dropped. */
  let generation = 0;
  let restUntil = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let inFlight = false;
  /** The request that came while a view was in flight. */
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
    const began = performance.now();
    try {
      await look(generation);
    } catch (error) {
      // What a worker throws is no event of it.
      console.error(error);
      onBroken();
    }
    const tookMs = performance.now() - began;
    restUntil = performance.now() + Math.max(MIN_REST_MS, REST_PER_VIEW * tookMs);
    inFlight = false;
    const pace = next;
    next = 'none';
    if (pace !== 'none') request(pace);
  }

  /** @throws Error if the analyst's code breaks */
  async function look(asked: number): Promise<void> {
    const view = await remote.view(model);
    if (asked === generation) onView(view);
    // The law may take as long as all the rest, so the view does not wait for it.
    const law = await remote.law();
    if (asked === generation) onLaw(law);
    if (!onResult) return;
    const result = await remote.result(model);
    if (asked === generation) onResult(result);
  }

  function send(event: RunEvent, of: number): void {
    if (of === generation) void remote.receive(event);
  }

  return {
    reset() {
      generation++;
      void remote.reset();
    },
    receive(event) {
      if (!CHANGING.has(event.type)) return;
      // A whole record takes tens of ms to be copied, as does drawing what the end of a run shows: each is a task of its own.
      if (event.type === 'done') setTimeout(send, 0, event, generation);
      else send(event, generation);
      // A run that has ended is not disturbed any more.
      request(event.type === 'done' ? 'now' : 'paced');
    },
    choose(id) {
      model = id;
      request('now');
    },
  };
}
