/**
 * Finds the browsers that came with the system or were installed by its owner. It is plain JavaScript, because the gate
 * looks for them before anything is built.
 */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const PATH = (process.env.PATH ?? '').split(delimiter);

/** The folders on Windows that programs are installed in, for all users or for one. */
const WINDOWS = [process.env.PROGRAMFILES, process.env.LOCALAPPDATA].map((root) => root ?? '');

/** @returns {string | undefined} the path of a Chromium or Chrome, if there is one */
export const findChromium = () =>
  find(
    ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'Google Chrome'],
    [
      '/Applications/Google Chrome.app/Contents/MacOS',
      ...WINDOWS.map((root) => join(root, 'Google/Chrome/Application')),
    ],
  );

/** @returns {string | undefined} the path of a Firefox, if there is one */
export const findFirefox = () =>
  find(
    ['firefox', 'firefox-esr', 'firefox.exe'],
    ['/Applications/Firefox.app/Contents/MacOS', ...WINDOWS.map((root) => join(root, 'Mozilla Firefox'))],
  );

/**
 * @param {string[]} names of the program
 * @param {string[]} folders to look in after those of PATH
 */
const find = (names, folders) =>
  [...PATH, ...folders].flatMap((folder) => names.map((name) => join(folder, name))).find(existsSync);
