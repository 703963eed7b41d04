/** What a person can do on the page, and how the answers of the page's workers reach the store. */

import { batch, effect } from '@preact/signals';
import type { EngineEvent } from '../../../../harness/tuning/events.ts';
import { stepsFor } from '../../../../results/machine/help.ts';
import { placeOf } from '../../../../results/machine/place.ts';
import { shown } from '../../../../results/text/shown.ts';
import type { DecodeRequest } from '../../../model/request/request.ts';
import { type PageParams, randomSeed, sweepOf } from '../../../session/params.ts';
import { type RunRequest, runRequest, tuneRequest } from '../../../session/requests.ts';
import { startAnalyst } from '../../analysis/client.ts';
import { saveRecord } from '../../cards/record/download.ts';
import type { Outcome } from '../../engine/api.ts';
import { browserInfo } from '../../engine/browser.ts';
import { startEngine } from '../../engine/client.ts';
import { startPlanner } from '../../planner/client.ts';
import type { PageError } from '../../shell/errors/page-error.ts';
import { createStore, presetChosen, type Store } from '../../state/state.ts';
import { continueAnswer } from '../history/continue/continue-answer.ts';
import type { AskedToContinue } from '../history/continue/continue-link.ts';
import { givenModels, givenOtherRun, givenTunings, isDriven, keeper, report } from './driver.ts';
import { linkNotice } from './link-notice.ts';

export interface App {
  readonly store: Store;
  /**
   * Asks for the adapter. Starts a run or tuning, if the address says so and a program drives the page; or continues a
   * run, if a person has asked for that on a page of this site.
   */
  start(autorun: PageParams['autorun'], asked: AskedToContinue): Promise<void>;
  /** Starts a run. Tunes first, if the options say so. */
  run(): Promise<void>;
  /** Ends the session in progress. What has been measured or tuned is kept. */
  cancel(): void;
  /** Pauses the session in progress, or lets it go on. */
  pause(paused: boolean): void;
  /** Forgets every tuning of this machine. */
  forgetTunings(): Promise<void>;
  /** Forgets that a run has ended the page: later runs may take as much memory as before. */
  forgetLimit(): Promise<void>;
  /** Chooses the preset whose decode is estimated from its weights alone. */
  chooseModel(id: string): void;
  /** Chooses the preset whose decode steps a run is to time. Empty: none. */
  chooseSteps(id: string): void;
  /** Chooses a model from files that were picked or dropped. While a session is in progress, it says that it does not. */
  takeFiles(files: readonly File[]): Promise<void>;
  /** Resumes a kept run. */
  resume(key: string): Promise<void>;
  /** Offers to continue a run no more, until the page is opened again. */
  dismissOffer(): void;
  /** Shows a kept run. */
  show(key: string): Promise<void>;
  forgetRun(key: string): Promise<void>;
  /** Saves the runs that the browser's storage did not take, as files. */
  saveUnkept(): Promise<void>;
  /** Says whether the page is hidden. */
  setHidden(hidden: boolean): void;
}

export function createApp(params: PageParams, problems: readonly string[]): App {
  const store = createStore(params, problems, placeOf(browserInfo(navigator)));
  const engine = startEngine();
  engine.watchStorage((trouble) => {
    store.storage.value = trouble;
  });
  const planner = startPlanner(() => {
    store.missing.value = 'What reads models and plans their memory';
  });
  const analyst = startAnalyst(params.model, {
    onView(view) {
      store.view.value = view;
    },
    onLaw(law) {
      store.law.value = law;
    },
    onBroken() {
      store.missing.value = 'What works out the figures';
    },
  });

  function fail(error: PageError): void {
    store.fail(error);
    // A driver, such as the terminal, has no card that says what to do.
    const steps = error.code === 'no-webgpu' || error.code === 'no-adapter' ? stepsFor(error.code, store.place) : [];
    report({ type: 'error', error: { ...error, message: [error.message, ...steps].join(' ') } });
  }

  /** Returns whether a call to the engine succeeded. If it did not, the page shows why. */
  function succeeded<T>(outcome: Outcome<T>): outcome is Extract<Outcome<T>, { ok: true }> {
    if (!outcome.ok) fail(outcome.error);
    return outcome.ok;
  }

  function receive(event: EngineEvent): void {
    store.receive(event);
    if (event.type !== 'tuned' && event.type !== 'untuned') analyst.receive(event);
    report(event);
  }

  async function readTunings(): Promise<void> {
    const outcome = await engine.tunings();
    store.tunings.value = outcome.ok ? outcome.value : undefined;
  }

  async function readRuns(): Promise<void> {
    const runs = await engine.runs();
    store.runs.value = runs.ok ? runs.value : [];
    // They are computed from samples, for which the list does not wait.
    const headlines = await engine.headlines();
    store.headlines.value = headlines.ok ? headlines.value : [];
  }

  function begin(): void {
    engine.pause(false);
    store.begin();
    analyst.reset();
  }

  /** Waits for the end of a run, whose events come in meanwhile. */
  async function runEnds(session: Promise<Outcome<void>>): Promise<void> {
    succeeded(await session);
    await readRuns();
  }

  /** Tunes. Returns whether tuning succeeded; if it did, the page still shows a session in progress. */
  async function tuned(): Promise<boolean> {
    const outcome = await engine.tune(tuneRequest(store.options.value, seed()), receive);
    await readTunings();
    return succeeded(outcome);
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
    const [seeded, otherRun] = [await seededRequest(), await givenOtherRun()];
    // The engine has no session yet that it could have ended.
    if (store.stage.value === 'cancelling') {
      return fail({ code: 'cancelled', message: 'Cancelled before it began: nothing was measured.' });
    }
    await runEnds(engine.run(seeded, receive, keeper(), otherRun));
  }

  async function resume(key: string): Promise<void> {
    if (store.busy.value) return;
    begin();
    await runEnds(engine.resume(key, receive));
  }

  /** Continues the run that a person has asked for, or offers one that stopped early. */
  async function offerToContinue(asked: AskedToContinue): Promise<void> {
    const answer = continueAnswer(asked, store.runs.value);
    if (answer.resume !== undefined) return resume(answer.resume);
    store.offer.value = answer.offer;
    if (answer.notice !== undefined) store.notice.value = answer.notice;
  }

  const seed = (): number => store.options.value.seed ?? randomSeed();

  /** The run that the person has chosen. Where it has no seed, the collector of this site is asked for one. */
  async function seededRequest(): Promise<RunRequest> {
    const given = store.options.value.seed === null ? await engine.givenSeed() : undefined;
    if (!given?.ok || given.value === null) return request(seed());
    const { seed: givenSeed, ...challenge } = given.value;
    return { ...request(givenSeed), challenge };
  }

  /** The run that the person has chosen. */
  const request = (seed: number) => runRequest(store.options.value, seed, store.chosen.value?.models ?? []);

  /** The decode steps that the person chose. Null: none. */
  function chosenSteps(): DecodeRequest | null {
    const { chosen, options } = store;
    return chosen.value ? { models: chosen.value.models, sweep: sweepOf(options.value) } : null;
  }

  /** A number that rises with each look at the memory that a run would use. Earlier answers are dropped. */
  let looks = 0;

  async function lookAtMemory(): Promise<void> {
    const look = ++looks;
    const adapter = store.adapter.value;
    if (!adapter) return;
    const outcome = await engine.memory(request(0), adapter);
    // A run says itself what is wrong with its options.
    if (look === looks && !store.busy.value) store.memory.value = outcome.ok ? outcome.value : undefined;
  }

  // Looks anew whenever the options, the steps or the adapter change.
  effect(() => {
    if (!store.busy.value) void lookAtMemory();
  });

  // Plans the memory of steps anew whenever they, their budget or the adapter change.
  effect(() => {
    // Planning takes a core for a while, which would disturb a run.
    if (store.busy.value) return planner.drop();
    const [steps, adapter, memory] = [chosenSteps(), store.adapter.value, store.memory.value];
    if (!steps || !adapter || !memory) {
      store.stepPlans.value = undefined;
      return planner.drop();
    }
    const { maxBufferSize = 0, maxStorageBufferBindingSize = 0 } = adapter.limits;
    planner.plan(steps, { maxBufferSize, maxStorageBufferBindingSize }, memory.needs.stepBytes, (plans) => {
      store.stepPlans.value = plans;
    });
  });

  return {
    store,
    async start(autorun, asked) {
      const inspected = await engine.inspect();
      // What was measured before can be shown without a GPU.
      if (!succeeded(inspected)) return readRuns();
      const death = await engine.death();
      if (death.ok) store.death.value = death.value ?? undefined;
      const winners = await givenTunings(inspected.value);
      if (winners !== null && !succeeded(await engine.giveWinners(winners))) return;
      const models = await givenModels();
      if (models !== null) {
        const checked = await engine.checkModels(models);
        if (!succeeded(checked)) return;
        store.chosen.value = { models: checked.value, note: '' };
      }
      store.inspected(inspected.value);
      if (problems.length > 0)
        report({ type: 'error', error: { code: 'unknown-parameter', message: problems.join(' ') } });
      else if (autorun === 'run' && isDriven()) await run();
      else if (autorun === 'tune' && isDriven()) await tune();
      else {
        store.notice.value = linkNotice(autorun);
        await Promise.all([readTunings(), readRuns()]);
        await offerToContinue(asked);
      }
    },
    run,
    cancel() {
      if (store.stage.value !== 'running') return;
      store.stage.value = 'cancelling';
      engine.cancel();
    },
    pause(paused) {
      if (store.stage.value !== 'running') return;
      store.paused.value = paused;
      engine.pause(paused);
    },
    async forgetTunings() {
      if (store.busy.value) return;
      succeeded(await engine.forgetTunings());
      await readTunings();
    },
    async forgetLimit() {
      if (store.busy.value || !succeeded(await engine.forgetLimit())) return;
      store.death.value = undefined;
      await lookAtMemory();
    },
    resume,
    dismissOffer() {
      store.offer.value = undefined;
    },
    async show(key) {
      if (store.busy.value) return;
      begin();
      await runEnds(engine.show(key, receive));
    },
    async forgetRun(key) {
      succeeded(await engine.forgetRun(key));
      if (store.offer.value?.key === key) store.offer.value = undefined;
      await readRuns();
    },
    async saveUnkept() {
      const unkept = await engine.takeUnkept();
      if (succeeded(unkept)) for (const record of unkept.value) saveRecord(record);
    },
    chooseModel(model) {
      store.options.value = { ...store.options.value, model };
      analyst.choose(model);
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
      if (store.busy.value) {
        const names = shown(files.map(({ name }) => name).join(', '));
        store.fileProblem.value = `A run is going on, and reading a file would disturb it: ${names} was not read. Drop it again once the run has ended.`;
        return;
      }
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
  };
}
