/** The folder of facts and files beside the repository, which only tests read: `../shared`, or what HBMARK_SHARED names. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = process.env.HBMARK_SHARED ?? fileURLToPath(new URL('../../../shared', import.meta.url));

/** The path of something in the folder. */
export const shared = (...names: readonly string[]): string => join(FOLDER, ...names);

/** Whether the folder has it. A test that lacks it says so by its name, and counts as skipped. */
export const hasShared = (...names: readonly string[]): boolean => existsSync(shared(...names));
