/**
 * Finds a Chromium or Chrome that came with the system or was installed by its owner. It is plain JavaScript, because
 * the gate looks for one before anything is built.
 */

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe'];

const FOLDERS = [
  ...(process.env.PATH ?? '').split(delimiter),
  '/Applications/Google Chrome.app/Contents/MacOS',
  ...[process.env.PROGRAMFILES, process.env.LOCALAPPDATA].map((root) => join(root ?? '', 'Google/Chrome/Application')),
];

/** @returns {string | undefined} the path of a Chromium or Chrome, if there is one */
export function findChromium() {
  return FOLDERS.flatMap((folder) => [...NAMES, 'Google Chrome'].map((name) => join(folder, name))).find(existsSync);
}
