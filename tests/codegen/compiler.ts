/** Compiles problems for a GPU that is not there, in a process whose Vulkan has no other. */

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { CodegenCase } from './cases.ts';
import { driverOf, type Gpu } from './gpus.ts';

const COMPILE = fileURLToPath(new URL('compile.mjs', import.meta.url));

/** What a compiler said of a case: what layers/nullgpu.c wrote, or why there is nothing. */
export type Said = { readonly text: string } | { readonly lacks: string } | { readonly error: string };

/** Where Vulkan and its driver come from. */
export interface Vulkan {
  /** The folder with what buildLayers made. */
  readonly layers: string;
  /** Default: that of the system's Mesa. */
  readonly driver?: string;
  /** The command before `node`'s arguments, for a Mesa that needs another C library. Default: node itself. */
  readonly command?: readonly string[];
}

interface Adapter {
  readonly description: string;
  readonly features: readonly string[];
}

export interface Compiled {
  /** The driver and its version, as Dawn describes the adapter. */
  readonly driver: string;
  readonly said: ReadonlyMap<CodegenCase, Said>;
}

/** Compiles all cases on one GPU, one after another. @throws Error if Vulkan or Dawn does not start */
export async function compileFor(gpu: Gpu, cases: readonly CodegenCase[], vulkan: Vulkan): Promise<Compiled> {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-codegen-'));
  try {
    const jobs = join(folder, 'jobs.json');
    writeFileSync(jobs, JSON.stringify(cases.map(({ code, constants }) => ({ code, constants }))));
    const [program = process.execPath, ...before] = vulkan.command ?? [];
    await promisify(execFile)(program, [...before, COMPILE, jobs, folder], {
      env: environment(gpu, vulkan),
      maxBuffer: 2 ** 26,
    });
    const adapter: Adapter = JSON.parse(readFileSync(join(folder, 'adapter.json'), 'utf8'));
    const said = cases.map((one, i): [CodegenCase, Said] => [one, outcome(one, adapter, join(folder, String(i)))]);
    return { driver: adapter.description, said: new Map(said) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function outcome({ requires }: CodegenCase, { features }: Adapter, path: string): Said {
  const missing = requires.filter((feature) => !features.includes(feature));
  if (missing.length > 0) return { lacks: missing.join(', ') };
  if (existsSync(`${path}.error`)) return { error: readFileSync(`${path}.error`, 'utf8') };
  if (!existsSync(`${path}.txt`)) return { error: 'the layer left no listing' };
  return { text: readFileSync(`${path}.txt`, 'utf8') };
}

function environment({ vendor, fake, env }: Gpu, { layers, driver, command }: Vulkan): NodeJS.ProcessEnv {
  // A window system would be asked for GPUs that are there.
  const { DISPLAY: _, ...rest } = process.env;
  return {
    ...rest,
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir(),
    VK_DRIVER_FILES: driver ?? (vendor === 'nvidia' ? '' : driverOf(vendor)),
    VK_LAYER_PATH: layers,
    VK_INSTANCE_LAYERS: 'VK_LAYER_HBMARK_nullgpu',
    MESA_SHADER_CACHE_DISABLE: 'true',
    ...env,
    ...(fake !== undefined && command === undefined && { LD_PRELOAD: join(layers, `${fake}.so`) }),
  };
}
