/** The engine as the page sees it: a worker, called as if it were here. */

import { proxy, wrap } from 'comlink';
import type { EngineApi, Outcome } from './api.ts';

export function startEngine(): EngineApi {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-engine' });
  const remote = wrap<EngineApi>(worker);
  // A worker that cannot start answers nothing: without this, the page would wait for ever.
  const broken = new Promise<Outcome<never>>((resolve) => {
    worker.addEventListener('error', (event) => {
      const message = `The engine's worker stopped (${event.message || 'it could not be loaded'}). Reload the page.`;
      resolve({ ok: false, error: { code: 'unexpected', message } });
    });
  });
  return {
    inspect: () => Promise.race([remote.inspect(), broken]),
    give: (winners) => Promise.race([remote.give(winners), broken]),
    models: (given) => Promise.race([remote.models(given), broken]),
    known: () => Promise.race([remote.known(), broken]),
    forget: () => Promise.race([remote.forget(), broken]),
    run: (request, onEvent) => Promise.race([remote.run(request, proxy(onEvent)), broken]),
    tune: (request, onEvent) => Promise.race([remote.tune(request, proxy(onEvent)), broken]),
    cancel: () => void remote.cancel(),
    setHidden: (hidden) => void remote.setHidden(hidden),
    runs: () => Promise.race([remote.runs(), broken]),
    resume: (key, onEvent) => Promise.race([remote.resume(key, proxy(onEvent)), broken]),
    show: (key, onEvent) => Promise.race([remote.show(key, proxy(onEvent)), broken]),
    forgetRun: (key) => Promise.race([remote.forgetRun(key), broken]),
  };
}
