/** `npm start` and `npm run hbmark`: the command line tool from a checkout, installed and built first if need be. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildIfOutdated, installPackages, ROOT } from './bootstrap.mjs';

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
