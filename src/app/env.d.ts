/** Globals of the page that TypeScript does not know. */

/// <reference path="../build.d.ts" />

/** Functions that a program outside defines to drive the page; see driver.ts. */
declare var hbmarkReport: ((message: import('../../harness/tuning/events.ts').EngineReport) => unknown) | undefined;
declare var hbmarkKeep: ((body: import('../../results/record/schema.ts').RecordBody) => unknown) | undefined;
declare var hbmarkModels: (() => unknown) | undefined;
declare var hbmarkOtherRun: (() => unknown) | undefined;
declare var hbmarkTunings: ((machine: import('./engine/api.ts').Inspection) => unknown) | undefined;

/** Chromium's user agent data (https://wicg.github.io/ua-client-hints). Delete once TypeScript's DOM library has them. */
interface NavigatorUAData {
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string;
}
