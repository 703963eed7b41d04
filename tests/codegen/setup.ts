/** The layers in place of GPUs: built before the first test, removed after the last. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { buildLayers } from './layers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the Vulkan layer and the fake kernel drivers. */
    layers: string;
  }
}

export default function (project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-layers-'));
  buildLayers(folder);
  project.provide('layers', folder);
  return () => rmSync(folder, { recursive: true });
}
