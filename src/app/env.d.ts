/** What the page's surroundings add to the language. */

/// <reference path="../build.d.ts" />

/** Defined by whoever drives the page from outside; see driver.ts. */
declare var hbmarkReport: ((message: import('../../harness/events.ts').EngineReport) => unknown) | undefined;
declare var hbmarkModels: (() => unknown) | undefined;
declare var hbmarkTunings: ((machine: import('./engine/api.ts').Inspection) => unknown) | undefined;

/** Chromium's user agent data, which TypeScript's DOM library does not know yet. */
interface NavigatorUAData {
  readonly brands: readonly { readonly brand: string; readonly version: string }[];
  readonly platform: string;
}
