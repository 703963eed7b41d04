/** The engine, in a worker of its own, so that neither drawing nor a click delays what is being timed. */

import { expose } from 'comlink';
import { z } from 'zod';
import { modelSchema } from '../../model/request/request.ts';
import type { EngineWorkerApi } from './api.ts';
import { givenSeed } from './given-seed.ts';
import { findDeath, forgetLimit } from './kept/growth-store.ts';
import { keptHeadlines } from './kept/headlines.ts';
import { forgetRun, keptRuns } from './kept/run-store.ts';
import { replay, resume, runHere } from './kept/runs.ts';
import { watchStorage } from './kept/storage.ts';
import { forgetTunings, giveWinners, knownTunings, tune } from './kept/tunings.ts';
import { takeUnkept } from './kept/unkept.ts';
import { memoryView } from './memory.ts';
import { cancelSession, inspect, outcomeOf, page, setPage, visibility, withHost } from './session.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

const engine: EngineWorkerApi = {
  setPage,
  inspect: () => withHost(inspect),
  death: () => outcomeOf(async () => (await findDeath(page().leftAt)) ?? null),
  memory: (request, adapter) => withHost((host) => memoryView(host, request, adapter)),
  forgetLimit: () => outcomeOf(forgetLimit),
  giveWinners: (winners) => outcomeOf(async () => giveWinners(winners)),
  checkModels: (given) => outcomeOf(async () => z.array(modelSchema).parse(given)),
  givenSeed: () => outcomeOf(() => givenSeed(page().collector)),
  tunings: () => withHost(knownTunings),
  forgetTunings: () => withHost(forgetTunings),
  run: (request, onEvent, onKept, otherRun) =>
    withHost((host) => runHere(host, request, { onEvent, onKept, otherRun })),
  tune: (request, onEvent) => withHost((host) => tune(host, request, onEvent)),
  cancel: cancelSession,
  setHidden: (hidden) => visibility.set(hidden),
  pause: (paused) => visibility.pause(paused),
  runs: () => outcomeOf(keptRuns),
  headlines: () => outcomeOf(keptHeadlines),
  resume: (key, onEvent) => withHost((host) => resume(host, key, onEvent)),
  show: (key, onEvent) => outcomeOf(() => replay(key, onEvent)),
  forgetRun: (key) => outcomeOf(() => forgetRun(key)),
  watchStorage,
  takeUnkept: () => outcomeOf(async () => takeUnkept()),
};

expose(engine);
