/** `npm start` and `npm run hbmark`: the command line tool from a checkout, installed and built first if need be. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOutdated, installPackages, ROOT } from './bootstrap.mjs';

/** The shell between npm and us drops the signals that npm passes on; that it is gone is how we learn of them. */
const PARENT_CHECK_MS = 500;

const parent = process.ppid;
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid === parent || process.exit(), PARENT_CHECK_MS).unref();
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
