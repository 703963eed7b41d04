/**
 * The functions by which a program outside drives the page, as the terminal's `--host chromium` and `firefox` do. It
 * may define:
 *
 * - `globalThis.hbmarkReport` is called with every event of a run or of tuning. A session that could not start or that
 *   broke is reported as `{ type: 'error', error: { code, message } }`. A run ends with one `done` or one `error`;
 *   tuning without a run ends with `{ type: 'tune-end' }` or one `error`.
 * - `globalThis.hbmarkKeep` is called with the body of the run so far, each time that the browser keeps it: every two
 *   seconds, or less often where keeping takes long. A driver that keeps it, too, loses no more when the browser dies.
 * - `globalThis.hbmarkTunings` returns the winners that the driver knows of this machine. They replace those that this
 *   browser keeps.
 * - `globalThis.hbmarkModels` returns models (src/model/models/model.ts), for example from the driver's files. A run
 *   times their decode steps, at the lengths and in the formats of the address.
 * - `globalThis.hbmarkOtherRun` returns, in words, another run that the driver has waited for. The record says so.
 *
 * Together with the parameters of the address (src/session/params.ts) they are all that is needed to use HBMark unseen:
 *
 *     await page.exposeFunction('hbmarkReport', (message) => …);
 *     await page.goto(`${origin}/?profile=quick&autorun=1`);
 *
 * Only a driver may start a session by the address (`autorun`): whoever writes a link cannot define functions here.
 */

import type { EngineReport } from '../../../../harness/tuning/events.ts';
import type { Inspection, OnKept } from '../../engine/api.ts';

/** Whether a program outside drives this page: it has defined `hbmarkReport`. */
export const isDriven = (): boolean => typeof globalThis.hbmarkReport === 'function';

export function report(message: EngineReport): void {
  if (typeof globalThis.hbmarkReport === 'function') globalThis.hbmarkReport(message);
}

/** What takes unfinished runs to the driver. Undefined: it keeps none, or there is no driver. */
export function keeper(): OnKept | undefined {
  const { hbmarkKeep } = globalThis;
  return typeof hbmarkKeep === 'function' ? (body) => void hbmarkKeep(body) : undefined;
}

/** The models that the driver gives, not checked yet. Null: it gives none, or there is no driver. */
export async function givenModels(): Promise<unknown> {
  return typeof globalThis.hbmarkModels === 'function' ? await globalThis.hbmarkModels() : null;
}

/** The winners that the driver gives, not checked yet. Null: it gives none, or there is no driver. */
export async function givenTunings(machine: Inspection): Promise<unknown> {
  return typeof globalThis.hbmarkTunings === 'function' ? await globalThis.hbmarkTunings(machine) : null;
}

/** The run that the driver has waited for, in words. Undefined: there was none, or there is no driver. */
export async function givenOtherRun(): Promise<string | undefined> {
  const said: unknown = typeof globalThis.hbmarkOtherRun === 'function' ? await globalThis.hbmarkOtherRun() : undefined;
  return typeof said === 'string' ? said : undefined;
}
