/**
 * What whoever drives the page from outside, such as the terminal's `--host chromium`, may define:
 *
 * `globalThis.hbmarkReport` is called with every event of a run or of tuning as it is received, and, where one could
 * not start or broke, with `{ type: 'error', error: { code, message } }`. A run ends with one `done` or one `error`,
 * tuning alone with `{ type: 'tune-end' }` or one `error`.
 *
 * `globalThis.hbmarkTunings` is asked for the winners known of this machine, which then stand in place of those that
 * this browser keeps.
 *
 * `globalThis.hbmarkModels` is asked for models (src/model/models/model.ts), whose decode steps a run is then to time,
 * at the lengths and in the formats of the URL: models that are out of files of the driver, for example.
 *
 * Together with the URL parameters (params.ts) this is all that is needed to use HBMark unseen:
 *
 *     await page.exposeFunction('hbmarkReport', (message) => …);
 *     await page.goto(`${origin}/?profile=quick&autorun=1`);
 */

import type { EngineReport } from '../../harness/tuning/events.ts';
import type { Inspection } from './engine/api.ts';

export function report(message: EngineReport): void {
  if (typeof globalThis.hbmarkReport === 'function') globalThis.hbmarkReport(message);
}

/** Null where nobody drives, or they want no decode steps. Not yet checked. */
export async function givenModels(): Promise<unknown> {
  return typeof globalThis.hbmarkModels === 'function' ? await globalThis.hbmarkModels() : null;
}

/** Null where nobody drives, or they know nothing of tunings. Not yet checked. */
export async function givenTunings(machine: Inspection): Promise<unknown> {
  return typeof globalThis.hbmarkTunings === 'function' ? await globalThis.hbmarkTunings(machine) : null;
}
