/** The engine as the page sees it: a worker, called as if it were here. */

import { proxy, wrap } from 'comlink';
import { isMarked } from '../../crowd/collector-mark.ts';
import { routeUrl } from '../shell/routes.ts';
import { orFailed, started } from '../shell/started-worker.ts';
import type { EngineApi, EngineWorkerApi, Outcome } from './api.ts';
import { lastLeftAt, noteLeaving } from './interruptions/leaving.ts';

export function startEngine(): EngineApi {
  const on = started(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-engine' }));
  const remote = wrap<EngineWorkerApi>(on.worker);
  void remote.setPage({ maxTouchPoints: navigator.maxTouchPoints, leftAt: lastLeftAt(), collector: collector() });
  noteLeaving();
  const orSaid = orFailed(on, (why): Outcome<never> => {
    const message = `The engine’s worker stopped (${why}). Reload the page.`;
    return { ok: false, error: { code: 'unexpected', message } };
  });
  const orBroken = <T>(answer: Promise<Outcome<T>>): Promise<Outcome<T>> => orSaid(answer);
  return {
    inspect: () => orBroken(remote.inspect()),
    death: () => orBroken(remote.death()),
    memory: (request, adapter) => orBroken(remote.memory(request, adapter)),
    forgetLimit: () => orBroken(remote.forgetLimit()),
    giveWinners: (winners) => orBroken(remote.giveWinners(winners)),
    checkModels: (given) => orBroken(remote.checkModels(given)),
    givenSeed: () => orBroken(remote.givenSeed()),
    tunings: () => orBroken(remote.tunings()),
    forgetTunings: () => orBroken(remote.forgetTunings()),
    run: (request, onEvent, onKept, otherRun) =>
      orBroken(remote.run(request, proxy(onEvent), onKept && proxy(onKept), otherRun)),
    tune: (request, onEvent) => orBroken(remote.tune(request, proxy(onEvent))),
    cancel: () => void remote.cancel(),
    setHidden: (hidden) => void remote.setHidden(hidden),
    pause: (paused) => void remote.pause(paused),
    runs: () => orBroken(remote.runs()),
    headlines: () => orBroken(remote.headlines()),
    resume: (key, onEvent) => orBroken(remote.resume(key, proxy(onEvent))),
    show: (key, onEvent) => orBroken(remote.show(key, proxy(onEvent))),
    forgetRun: (key) => orBroken(remote.forgetRun(key)),
    watchStorage: (onStorage) => void remote.watchStorage(proxy(onStorage)),
    takeUnkept: () => orBroken(remote.takeUnkept()),
  };
}

/** The address of this site's collector; null if it has none. */
function collector(): string | null {
  const [page] = performance.getEntriesByType('navigation');
  return isMarked((page as PerformanceNavigationTiming | undefined)?.serverTiming) ? routeUrl('bench') : null;
}
