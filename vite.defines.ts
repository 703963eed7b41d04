/**
 * The version of HBMark, where its sources are, and which kernels they have, which is written into every bundle.
 * `src/build.d.ts` declares it.
 */

import { existsSync, readdirSync } from 'node:fs';
import packageJson from './package.json' with { type: 'json' };
import { commit, repository } from './tools/bootstrap.mjs';

const SHADERS = new URL('shaders/', import.meta.url);

/** The folders that shaders/registry.ts finds kernels in: a test holds a kernel's id to its folder. */
const kernelIds = readdirSync(SHADERS)
  .filter((folder) => existsSync(new URL(`${folder}/kernel.ts`, SHADERS)))
  .sort();

export const defines = {
  __HBMARK_VERSION__: JSON.stringify(packageJson.version),
  __HBMARK_COMMIT__: JSON.stringify(commit()),
  __HBMARK_REPOSITORY__: JSON.stringify(repository()),
  __HBMARK_KERNELS__: JSON.stringify(kernelIds),
};
