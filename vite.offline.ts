/**
 * The service worker of the built page: a plugin that writes `service-worker.js` beside the page, with the list of all
 * files of the build and the digest of each. src/app/offline says what it does.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';
import type { BuiltFile } from './src/app/shell/offline/worker/site.ts';

const SOURCE = fileURLToPath(new URL('src/app/shell/offline/worker/service-worker.ts', import.meta.url));

/** Its name has no hash: a browser asks for it by this name whenever it looks for a newer one. */
const NAME = 'service-worker.js';

export const offline = (): Plugin => ({
  name: 'hbmark:offline',
  apply: 'build',
  // Not before all files are written: their digests are those of what is served.
  async writeBundle({ dir }) {
    if (dir === undefined) throw new Error('the page is built into a folder');
    const files = builtFiles(dir);
    const code = await bundled();
    const id = digest('hex', code, JSON.stringify(files)).slice(0, 16);
    const known = `const HBMARK_BUILD=${JSON.stringify(id)},HBMARK_FILES=${JSON.stringify(files)};`;
    writeFileSync(join(dir, NAME), `${known}\n${code}`);
  },
});

/** The dataset's table may be far larger than the site, and is read by parts: it is not kept for use offline. */
const isKept = ({ path }: BuiltFile): boolean => path !== NAME && !path.endsWith('.parquet');

/** The files of a built page that are kept, by their paths in the site. That of an index.html is its folder's. */
function builtFiles(dir: string): BuiltFile[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((file) => ({
      path: relative(dir, file)
        .split(sep)
        .join('/')
        .replace(/(^|\/)index\.html$/, '$1'),
      integrity: `sha256-${digest('base64', readFileSync(file))}`,
    }))
    .filter(isKept)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The service worker as one classic script, which every browser that has service workers takes. */
async function bundled(): Promise<string> {
  const built = await build({
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2023',
      rolldownOptions: { input: SOURCE, output: { format: 'iife', entryFileNames: NAME } },
    },
  });
  for (const { output } of [built].flat().flatMap((one) => ('output' in one ? [one] : []))) {
    for (const file of output) if (file.type === 'chunk') return file.code;
  }
  throw new Error(`${SOURCE} was built into nothing`);
}

function digest(encoding: 'hex' | 'base64', ...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest(encoding);
}
