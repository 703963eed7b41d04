/**
 * The static dataset of the page: a plugin that writes `crowd/data/` beside it, out of the records in results/data, so
 * that the collection can be read without any service. docs/dataset.md says what is in it.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Plugin, runnerImport } from 'vite';
import type { MadeFile } from './src/crowd/dataset/make.ts';
import { defines } from './vite.defines.ts';

const RECORDS = fileURLToPath(new URL('results/data', import.meta.url));

/** What makes the files. The rules are found by Vite's glob, so Vite has to load it. */
const MAKER = fileURLToPath(new URL('src/crowd/dataset/committed.ts', import.meta.url));

/** Where the files lie in the site. */
const IN_SITE = 'crowd/data/';

export const dataset = (): Plugin => {
  let made: Promise<readonly MadeFile[]> | undefined;
  const files = (): Promise<readonly MadeFile[]> => {
    made ??= make();
    return made;
  };
  return {
    name: 'hbmark:dataset',
    async generateBundle() {
      for (const { name, content } of await files()) {
        this.emitFile({ type: 'asset', fileName: IN_SITE + name, source: content });
      }
    },
    configureServer({ middlewares }) {
      middlewares.use(`/${IN_SITE}`, (request, response, next) => {
        const serve = (made: readonly MadeFile[]): void => {
          const file = made.find(({ name }) => `/${name}` === request.url?.split('?')[0]);
          if (file) response.end(file.content);
          else next();
        };
        files().then(serve, next);
      });
    },
  };
};

async function make(): Promise<readonly MadeFile[]> {
  const { module } = await runnerImport<typeof import('./src/crowd/dataset/committed.ts')>(MAKER, {
    ...{ configFile: false, logLevel: 'warn', define: defines },
  });
  const files = recordFiles().map((name) => ({
    path: `results/data/${name}`,
    text: readFileSync(join(RECORDS, name), 'utf8'),
  }));
  return module.committedDataset(files, Date.now());
}

/** The files of records, from their folder: `2026-11-24-lavapipe-quick.json`, `2027/<id>.json`. */
export const recordFiles = (): string[] =>
  readdirSync(RECORDS, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json') && !name.startsWith('reference/'))
    .sort();
