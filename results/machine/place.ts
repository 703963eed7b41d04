/** Where the engine ran, as words for a person need it: the program, and the system under it. */

import type { HostInfo } from '../record/schema.ts';

/** `chrome` stands for every browser that is made from Chromium, but Edge, whose pages have other addresses. */
export type Program = 'chrome' | 'edge' | 'firefox' | 'safari' | 'node' | 'deno' | 'unknown';

export type System = 'windows' | 'macos' | 'linux' | 'android' | 'ios' | 'chromeos' | 'unknown';

export interface Place {
  readonly program: Program;
  readonly system: System;
}

/** Systems by the names that browsers and Node give them, the most specific first: `Linux armv8l` is also Linux. */
const SYSTEMS: readonly { readonly system: System; readonly names: RegExp }[] = [
  { system: 'android', names: /android/i },
  { system: 'ios', names: /\bi(?:pad)?os\b|iphone|ipad|ipod/i },
  { system: 'chromeos', names: /chrome ?os|chromium ?os|cros/i },
  { system: 'windows', names: /^win/i },
  { system: 'macos', names: /^mac|^darwin/i },
  { system: 'linux', names: /linux/i },
];

/** Browsers that are not made from Chromium, and Edge, by their brand. */
const BRANDS: readonly { readonly program: Program; readonly brand: RegExp }[] = [
  { program: 'edge', brand: /\bedge\b/i },
  { program: 'firefox', brand: /firefox/i },
  { program: 'safari', brand: /safari/i },
  { program: 'unknown', brand: /^(?:unknown browser)?$/i },
];

export function placeOf({ kind, brand, platform }: Pick<HostInfo, 'kind' | 'brand' | 'platform'>): Place {
  const system = SYSTEMS.find(({ names }) => names.test(platform))?.system ?? 'unknown';
  if (kind !== 'browser') return { program: kind, system };
  return { program: BRANDS.find((one) => one.brand.test(brand))?.program ?? 'chrome', system };
}

/** Whether the place is a phone or a tablet, where memory is scarce. */
export const isHandheld = ({ system }: Place): boolean => system === 'android' || system === 'ios';

/** Whether the engine ran in the terminal's own program, and not in a browser. */
export const isTerminal = ({ program }: Place): boolean => program === 'node' || program === 'deno';

/** The scheme of a Chromium's own pages: every one of them understands `chrome://`, and Edge shows `edge://`. */
export const ownPages = ({ program }: Place): string => (program === 'edge' ? 'edge://' : 'chrome://');

const PROGRAM_NAMES: Readonly<Record<Program, string>> = {
  ...{ chrome: 'Chrome', edge: 'Edge', firefox: 'Firefox', safari: 'Safari', node: 'Node', deno: 'Deno' },
  unknown: 'this browser',
};

const SYSTEM_NAMES: Readonly<Record<System, string>> = {
  ...{ windows: 'Windows', macos: 'macOS', linux: 'Linux', android: 'Android', ios: 'iOS', chromeos: 'ChromeOS' },
  unknown: 'this system',
};

/** The program's name, as the object of a sentence. */
export const programName = ({ program }: Pick<Place, 'program'>): string => PROGRAM_NAMES[program];

export const systemName = ({ system }: Pick<Place, 'system'>): string => SYSTEM_NAMES[system];

export const isProgram = (text: string): text is Program => Object.hasOwn(PROGRAM_NAMES, text);
export const isSystem = (text: string): text is System => Object.hasOwn(SYSTEM_NAMES, text);

/** `Chrome on Windows`; what is not known is left out. */
export function placeText({ program, system }: Place): string {
  return system === 'unknown' ? PROGRAM_NAMES[program] : `${PROGRAM_NAMES[program]} on ${SYSTEM_NAMES[system]}`;
}
