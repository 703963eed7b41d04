/** What a person can do on the page, and how the engine's and the analyst's answers reach the store. */

import type { RunEvent } from '../../harness/events.ts';
import type { Reported } from '../../results/schema.ts';
import { startAnalyst } from './analysis/client.ts';
import { startEngine } from './engine/client.ts';
import type { PageError } from './errors/page-error.ts';
import type { PageParams } from './params.ts';
import { report } from './report.ts';
import { createStore, type Store } from './state.ts';

export interface App {
  readonly store: Store;
  /** Looks at the adapter and, where asked to, runs. */
  start(autorun: boolean): Promise<void>;
  run(): Promise<void>;
  /** Ends the run; what has been measured is kept. */
  cancel(): void;
  chooseModel(id: string): void;
}

export function createApp(params: PageParams, problems: readonly string[]): App {
  const store = createStore(params, problems);
  const engine = startEngine();
  const analyst = startAnalyst(params.model, (view) => {
    store.view.value = view;
  });

  function fail(error: PageError): void {
    store.fail(error);
    report({ type: 'error', error });
  }

  function receive(event: RunEvent): void {
    store.receive(event);
    analyst.receive(event);
    report(event);
  }

  async function run(): Promise<void> {
    if (store.busy.value) return;
    const { profile, seed, memoryGB, gpu } = store.options.value;
    const name = gpu.trim();
    const reported: Reported = name ? { gpu: name } : {};
    store.begin();
    analyst.reset();
    const memoryBytes = memoryGB === null ? null : Math.floor(memoryGB * 1e9);
    const outcome = await engine.run({ profile, seed: seed ?? randomSeed(), reported, memoryBytes }, receive);
    if (!outcome.ok) fail(outcome.error);
  }

  return {
    store,
    async start(autorun) {
      const outcome = await engine.inspect();
      if (!outcome.ok) return fail(outcome.error);
      store.inspected(outcome.value);
      const [problem] = problems;
      if (problem) report({ type: 'error', error: { code: 'unknown-parameter', message: problems.join(' ') } });
      else if (autorun) await run();
    },
    run,
    cancel() {
      if (store.stage.value !== 'running') return;
      store.stage.value = 'cancelling';
      engine.cancel();
    },
    chooseModel(model) {
      store.options.value = { ...store.options.value, model };
      analyst.choose(model);
    },
  };
}

/** A record keeps its seed, so that any run can be repeated; drawing it anew lets many runs see many orders. */
const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
