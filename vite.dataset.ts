/**
 * The static dataset of the page: a plugin that writes `crowd/data/` beside it, out of the records in results/data, so
 * that the collection can be read without any service. docs/collection.md says what is in it.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { checkRecordText } from './results/record-text.ts';
import { datasetOf, type MadeFile } from './src/crowd/dataset/make.ts';
import type { JudgedRow } from './src/crowd/dataset/line.ts';
import { rowOf } from './src/crowd/row-of.ts';

const FOLDER = fileURLToPath(new URL('results/data', import.meta.url));

/** Where the files lie in the site. */
const IN_SITE = 'crowd/data/';

export const dataset = (): Plugin => {
  let made: readonly MadeFile[] | undefined;
  const files = (): readonly MadeFile[] => {
    made ??= datasetOf(committedRuns(), new Date().toISOString().slice(0, 10));
    return made;
  };
  return {
    name: 'hbmark:dataset',
    generateBundle() {
      for (const { name, content } of files()) {
        this.emitFile({ type: 'asset', fileName: IN_SITE + name, source: content });
      }
    },
    configureServer(server) {
      server.middlewares.use(`/${IN_SITE}`, (request, response, next) => {
        const file = files().find(({ name }) => `/${name}` === request.url?.split('?')[0]);
        if (file) response.end(file.content);
        else next();
      });
    },
  };
};

/** The record files of the collection, relative to its folder: `2026-11-24-lavapipe-quick.json`, `2027/<id>.json`. */
export const recordFiles = (folder = FOLDER): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.json') && !name.startsWith('reference/'))
    .sort();
