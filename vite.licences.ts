/**
 * The licence notices of a bundle: a plugin that writes `licences.txt` beside what is built, with the text of HBMark's
 * own licence and of each package of which a module is in the bundle or in its workers. Vite's own `build.license`
 * leaves out what only workers import (Vite 8.3.8). Delete this when it does not.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const LICENCES_FILE = 'licences.txt';

export interface Licences {
  /** The plugin of the bundle itself, which writes the file. */
  readonly bundle: Plugin;
  /** The plugin of its workers, which are built before it. */
  readonly worker: Plugin;
}

export function licences(): Licences {
  const packages = new Set<string>();
  const collect = (chunks: object): void => {
    for (const chunk of Object.values(chunks)) {
      for (const id of modulesOf(chunk)) {
        const folder = packageOf(id);
        if (folder !== undefined) packages.add(folder);
      }
    }
  };
  return {
    bundle: {
      name: 'hbmark:licences',
      generateBundle(_, chunks) {
        collect(chunks);
        this.emitFile({ type: 'asset', fileName: LICENCES_FILE, source: noticesOf([...packages].sort()) });
      },
    },
    worker: { name: 'hbmark:licences-of-workers', generateBundle: (_, chunks) => collect(chunks) },
  };
}

const modulesOf = (chunk: unknown): readonly string[] =>
  typeof chunk === 'object' && chunk !== null && 'moduleIds' in chunk && Array.isArray(chunk.moduleIds)
    ? chunk.moduleIds.map(String)
    : [];

/** The folder of the package that holds a module. Undefined: it is one of ours, or the bundler's. */
const packageOf = (id: string): string | undefined => /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1];

function noticesOf(packages: readonly string[]): string {
  const ours = `HBMark\n\n${readFileSync(new URL('LICENSE', import.meta.url), 'utf8').trim()}\n`;
  return [ours, ...packages.map(noticeOf)].join(`\n${'-'.repeat(80)}\n\n`);
}

/** The notice of the package in a folder. @throws Error if it has no text of its licence: then it must not be bundled */
function noticeOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file === undefined) throw new Error(`bundle no package without the text of its licence: ${folder} has none`);
  const about: { name: string; version: string; license: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return `${about.name} ${about.version} (${about.license})\n\n${text}\n`;
}
