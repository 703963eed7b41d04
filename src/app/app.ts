/** What a person can do on the page, and how the engine's and the analyst's answers reach the store. */

import { batch, effect } from '@preact/signals';
import { PROFILES, stepBudgetBytes } from '../../harness/profiles.ts';
import type { EngineEvent } from '../../harness/tuning/events.ts';
import type { DecodeRequest } from '../model/request/request.ts';
import { bytesOf, type PageParams, sweepOf } from '../session/params.ts';
import { runRequest, tuneRequest } from '../session/run-options.ts';
import { startAnalyst } from './analysis/client.ts';
import { givenModels, givenTunings, report } from './driver.ts';
import type { Outcome } from './engine/api.ts';
import { startEngine } from './engine/client.ts';
import type { PageError } from './errors/page-error.ts';
import { startPlanner } from './planner/client.ts';
import { createStore, presetChosen, type Store } from './state.ts';

export interface App {
  readonly store: Store;
  /** Looks at the adapter and, where asked to, runs or tunes. */
  start(autorun: PageParams['autorun']): Promise<void>;
  /** Tunes first, where the options say so. */
  run(): Promise<void>;
  /** Ends what is going on; what has been measured or tuned is kept. */
  cancel(): void;
  /** Forgets what has been tuned on this machine. */
  forgetTunings(): Promise<void>;
  chooseModel(id: string): void;
  /** A preset whose decode steps a run is to time as well; empty: none. */
  chooseSteps(id: string): void;
  /** A model out of files that were picked or dropped, as `chooseSteps`; not while something is going on. */
  takeFiles(files: readonly File[]): Promise<void>;
  /** Goes on with a kept run. */
  resume(key: string): Promise<void>;
  /** Shows what is kept of a run. */
  show(key: string): Promise<void>;
  forgetRun(key: string): Promise<void>;
  /** The page has been hidden, or is seen again. */
  setHidden(hidden: boolean): void;
}

export function createApp(params: PageParams, problems: readonly string[]): App {
  const store = createStore(params, problems);
  const engine = startEngine();
  const planner = startPlanner();
  const analyst = startAnalyst(
    params.model,
    (view) => {
      store.view.value = view;
    },
    (law) => {
      store.law.value = law;
    },
  );

  function fail(error: PageError): void {
    store.fail(error);
    report({ type: 'error', error });
  }

  function receive(event: EngineEvent): void {
    store.receive(event);
    if (event.type !== 'tuned' && event.type !== 'untuned') analyst.receive(event);
    report(event);
  }

  /** The value, or undefined once the page shows what went wrong. */
  function valueIn<T>(outcome: Outcome<T>): T | undefined {
    if (outcome.ok) return outcome.value;
    fail(outcome.error);
    return undefined;
  }

  async function lookAtTunings(): Promise<void> {
    const outcome = await engine.known();
    store.tunings.value = outcome.ok ? outcome.value : undefined;
  }

  async function lookAtRuns(): Promise<void> {
    const outcome = await engine.runs();
    store.runs.value = outcome.ok ? outcome.value : [];
  }

  /** A session that is there already, or whose options are: what it has comes as events. */
  async function receiveFrom(session: Promise<Outcome<null>>): Promise<void> {
    valueIn(await session);
    await lookAtRuns();
  }

  /** Has it ended well? Then nothing is going on, but the page still says that something is. */
  async function tuned(): Promise<boolean> {
    const outcome = await engine.tune(tuneRequest(store.options.value, seed()), receive);
    await lookAtTunings();
    return valueIn(outcome) !== undefined;
  }

  function begin(): void {
    store.begin();
    analyst.reset();
  }

  async function tune(): Promise<void> {
    begin();
    if (!(await tuned())) return;
    store.tuneEnded();
    report({ type: 'tune-end' });
  }

  async function run(): Promise<void> {
    if (store.busy.value) return;
    const { tuneSeconds } = store.options.value;
    begin();
    if (tuneSeconds !== null) {
      if (!(await tuned())) return;
      if (store.stage.value === 'cancelling') {
        return fail({ code: 'cancelled', message: 'Cancelled while tuning: the layouts found so far are kept.' });
      }
    }
    await receiveFrom(engine.run(runRequest(store.options.value, seed(), store.chosen.value?.models ?? []), receive));
  }

  const seed = (): number => store.options.value.seed ?? randomSeed();

  /** Decode steps that the options ask for. */
  function asked(): DecodeRequest | null {
    const { chosen, options } = store;
    return chosen.value ? { models: chosen.value.models, sweep: sweepOf(options.value) } : null;
  }

  // Whatever they depend on changes: plans follow.
  effect(() => {
    // A plan takes a core for a while, which a run would notice.
    if (store.busy.value) return planner.drop();
    const [request, adapter] = [asked(), store.adapter.value];
    const { profile, memoryGB } = store.options.value;
    if (!request || !adapter) {
      store.stepPlans.value = undefined;
      return planner.drop();
    }
    const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = adapter.limits;
    const budgetBytes = stepBudgetBytes(PROFILES[profile], bytesOf(memoryGB) ?? undefined);
    planner.plan(request, { maxBufferSize, maxStorageBufferBindingSize }, budgetBytes, (plans) => {
      store.stepPlans.value = plans;
    });
  });

  return {
    store,
    async start(autorun) {
      const machine = valueIn(await engine.inspect());
      if (!machine) return;
      const given = await givenTunings(machine);
      if (given !== null && valueIn(await engine.give(given)) === undefined) return;
      const models = await givenModels();
      if (models !== null) {
        const checked = valueIn(await engine.models(models));
        if (!checked) return;
        store.chosen.value = { models: checked, note: '' };
      }
      store.inspected(machine);
      const [problem] = problems;
      if (problem) report({ type: 'error', error: { code: 'unknown-parameter', message: problems.join(' ') } });
      else if (autorun === 'run') await run();
      else if (autorun === 'tune') await tune();
      else await Promise.all([lookAtTunings(), lookAtRuns()]);
    },
    run,
    cancel() {
      if (store.stage.value !== 'running') return;
      store.stage.value = 'cancelling';
      engine.cancel();
    },
    async forgetTunings() {
      if (store.busy.value) return;
      valueIn(await engine.forget());
      await lookAtTunings();
    },
    async resume(key) {
      if (store.busy.value) return;
      begin();
      await receiveFrom(engine.resume(key, receive));
    },
    async show(key) {
      if (store.busy.value) return;
      begin();
      await receiveFrom(engine.show(key, receive));
    },
    async forgetRun(key) {
      valueIn(await engine.forgetRun(key));
      await lookAtRuns();
    },
    chooseSteps(id) {
      batch(() => {
        store.fileProblem.value = '';
        store.stepPlans.value = undefined;
        store.options.value = { ...store.options.value, decode: id };
        store.chosen.value = presetChosen(id);
      });
    },
    async takeFiles(files) {
      if (store.busy.value) return;
      const read = await planner.read(files).catch((error) => `These files could not be read (${error}).`);
      batch(() => {
        if (typeof read === 'string') {
          store.fileProblem.value = read;
          return;
        }
        const { model, weights, differs } = read;
        const note = differs ? `Most of its weights are nearest to ${weights}, with ${differs}.` : '';
        store.fileProblem.value = '';
        store.stepPlans.value = undefined;
        store.options.value = { ...store.options.value, decode: '', ...(weights && { weights: [weights] }) };
        store.chosen.value = { models: [model], note };
      });
    },
    setHidden: engine.setHidden,
    chooseModel(model) {
      store.options.value = { ...store.options.value, model };
      analyst.choose(model);
    },
  };
}

/** A record keeps its seed, so that any run can be repeated; drawing it anew lets many runs see many orders. */
const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
