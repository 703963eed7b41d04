/** The worker of the collector's pool, built for tests: threads of Node 20 take no TypeScript. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

let built: Promise<URL> | undefined;

/** Builds it, once for each process. It is removed when the process ends. */
export function recordWorker(): Promise<URL> {
  built ??= buildWorker();
  return built;
}

async function buildWorker(): Promise<URL> {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-worker-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  await build({
    ...{ configFile: false, logLevel: 'error', publicDir: false },
    ssr: { noExternal: true },
    build: {
      ...{ ssr: 'src/collector/checking/record-worker.ts', outDir: folder, target: 'node20' },
      rolldownOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  });
  return pathToFileURL(join(folder, 'record-worker.mjs'));
}
