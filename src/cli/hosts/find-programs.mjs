/**
 * Finds the browsers, and Deno, that came with the system or were installed by its owner. It is plain JavaScript,
 * because the gate looks for them before anything is built.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const PATH = (process.env.PATH ?? '').split(delimiter);

/** The folders on Windows that programs are installed in, for all users or for one. */
const WINDOWS = [process.env.PROGRAMFILES, process.env.LOCALAPPDATA].map((root) => root ?? '');

/** @returns {string | undefined} the path of a Chromium or Chrome, if there is one */
export const findChromium = () =>
  findProgram(
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'Google Chrome'],
    [
      '/Applications/Google Chrome.app/Contents/MacOS',
      ...WINDOWS.map((root) => join(root, 'Google/Chrome/Application')),
    ],
  );

/** @returns {string | undefined} the path of Chromium's headless shell, a package of its own in Debian, if there is one */
export const findHeadlessShell = () => findProgram(['chromium-headless-shell']);

/**
 * The minimum major version of Firefox: earlier releases refuse WebGPU, whatever their preferences say
 * (https://mozillagfx.wordpress.com/2025/07/15/shipping-webgpu-on-windows-in-firefox-141/).
 */
export const MIN_FIREFOX = 141;

/** @returns {string | undefined} the path of a Firefox, if there is one */
export const findFirefox = () =>
  findProgram(
    ['firefox', 'firefox-esr', 'firefox.exe'],
    ['/Applications/Firefox.app/Contents/MacOS', ...WINDOWS.map((root) => join(root, 'Mozilla Firefox'))],
  );

/** @returns {string | undefined} the path of a Deno, if there is one: npm's, else the system's */
export const findDeno = () => npmDeno() ?? findProgram([DENO]);

const DENO = process.platform === 'win32' ? 'deno.exe' : 'deno';

/** @returns {string | undefined} the Deno that npm installed: in a package of its own for each platform */
function npmDeno() {
  const name = `@deno/${process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), DENO);
  } catch {
    return undefined;
  }
}

/**
 * @param {string[]} names of the program
 * @param {string[]} folders to look in after those of PATH
 * @returns {string | undefined} its path
 */
const findProgram = (names, folders = []) =>
  [...PATH, ...folders].flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
