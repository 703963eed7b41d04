/**
 * Chromium for tests of pages: its headless shell, where there is one. Chromium itself draws a window around each page
 * even without a screen, in a process of its own: opening a page takes it 1.5 to 2.4 s of CPU, and the shell 0.2 to 0.5.
 * The terminal's tests have Chromium itself, as the tool starts it.
 */

import type { Browser } from 'playwright';
import { type ChromiumOptions, launchChromium } from '../../../src/cli/hosts/browsers/chromium.ts';
import { findHeadlessShell } from '../../../src/cli/hosts/find-programs.mjs';

export const SHELL: ChromiumOptions = { adapter: 'swiftshader', program: findHeadlessShell() };

export const launchShell = (): Promise<Browser> => launchChromium(SHELL);
