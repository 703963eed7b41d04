/** The engine as the page sees it: a worker, called as if it were here. */

import { proxy, wrap } from 'comlink';
import type { RunEvent } from '../../../harness/events.ts';
import type { EngineApi, Inspection, Outcome, RunRequest } from './api.ts';

export interface Engine {
  inspect(): Promise<Outcome<Inspection>>;
  run(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<Outcome<null>>;
  cancel(): void;
}

export function startEngine(): Engine {
  const worker = new Worker(new URL('../worker.ts', import.meta.url), { type: 'module', name: 'hbmark-engine' });
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
    run: (request, onEvent) => Promise.race([remote.run(request, proxy(onEvent)), broken]),
    cancel: () => void remote.cancel(),
  };
}
