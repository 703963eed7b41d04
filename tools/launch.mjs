/**
 * `npm start` and `npm run hbmark`: runs the command line tool from a checkout, after installing and building what is
 * missing.
 */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOutdated, installPackages, ROOT } from './bootstrap.mjs';

/**
 * The time between two looks whether npm's shell is still there, in ms. npm runs scripts through `sh -c`, and a shell
 * that is ended by a signal does not pass it on (https://github.com/npm/cli/issues/6684; seen with npm 11.19.1 and
 * dash). So the process sends itself the signal when its parent is gone. Delete this when npm starts scripts without a
 * shell (https://github.com/npm/rfcs/issues/829).
 */
const PARENT_CHECK_MS = 500;

const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_CHECK_MS);
  check.unref();
}

try {
  installPackages();
  buildIfOutdated();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
const tool = join(ROOT, 'dist/cli/hbmark.js');
process.argv[1] = tool;
await import(pathToFileURL(tool).href);
