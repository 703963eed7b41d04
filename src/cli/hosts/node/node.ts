/** Dawn in Node: the WebGPU engine of Chrome, on the system's GPU drivers. Only this file imports `webgpu`. */

import { createRequire } from 'node:module';
import { HarnessError } from '../../../../harness/errors.ts';
import type { Host } from '../../../../harness/host.ts';
import { processHost } from '../process-host.ts';
import { runtimeFolder } from '../vulkan.ts';
import { pauseDawn } from './dawn-polling.ts';

export interface NodeHostOptions {
  /** A part of the adapter's name, as Dawn has it. Default: Dawn's choice. */
  readonly adapter?: string | undefined;
}

/**
 * The GPU objects of this process, kept until it ends. Dawn for Node 0.6.2 crashes if one is collected before the
 * devices that came from it (https://github.com/dawn-gpu/node-webgpu/issues/18). While one is kept, Dawn keeps the
 * process alive (https://issues.chromium.org/issues/387965810), so hbmark.ts ends it. Delete this list, and that
 * exit, when a GPU object can be collected safely.
 */
const kept: GPU[] = [];

/** Returns Dawn as the engine's host. @throws HarnessError if Dawn has no build for this machine, or no such adapter */
export async function createNodeHost({ adapter }: NodeHostOptions = {}): Promise<Host> {
  const { create, globals } = await importDawn();
  // The engine finds GPUBufferUsage and the like as globals, as in a browser.
  Object.assign(globalThis, globals);
  process.env.XDG_RUNTIME_DIR = runtimeFolder();
  pauseDawn();
  const gpu = create([
    // Dawn rounds timestamps to 65.536 µs, so that web pages cannot spy on each other by them. There are none here.
    'disable-dawn-features=timestamp_quantization',
    ...(adapter === undefined ? [] : [`adapter=${adapter}`]),
  ]);
  kept.push(gpu);
  if (adapter !== undefined) await requireAdapter(gpu, adapter);
  return processHost(gpu, { kind: 'node', brand: 'Dawn', majorVersion: dawnMajorVersion() });
}

async function importDawn(): Promise<typeof import('webgpu')> {
  try {
    return await import('webgpu');
  } catch (cause) {
    const platform = `${process.platform} ${process.arch}`;
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : cause;
    throw new HarnessError(
      'no-adapter',
      `use --host chromium: WebGPU in Node does not load on ${platform} (${reason})`,
    );
  }
}

/** Tests that Dawn knows the adapter's name. For an unknown name Dawn throws a list of the names it knows. */
async function requireAdapter(gpu: GPU, adapter: string): Promise<void> {
  try {
    await gpu.requestAdapter();
  } catch (cause) {
    const names = [...String(cause).matchAll(/name: '([^']*)'/g)].map(([, name]) => `"${name}"`);
    throw new HarnessError('no-adapter', `no adapter is called "${adapter}"; there are ${names.join(', ') || 'none'}`);
  }
}

/** Returns the major version of the npm package, which follows Dawn's releases. */
function dawnMajorVersion(): number {
  const { version } = createRequire(import.meta.url)('webgpu/package.json');
  return Number.parseInt(version, 10);
}
