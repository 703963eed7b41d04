/** The worker of the collector's pool, built for a test: threads of Node 20 take no TypeScript. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

export interface BuiltWorker {
  readonly file: URL;
  remove(): void;
}

export async function buildRecordWorker(): Promise<BuiltWorker> {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-worker-'));
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: 'src/collector/checking/record-worker.ts',
      outDir: folder,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  });
  const file = pathToFileURL(join(folder, 'record-worker.mjs'));
  return { file, remove: () => rmSync(folder, { recursive: true }) };
}
