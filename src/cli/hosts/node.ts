/** Dawn in Node: Chrome's own WebGPU engine on the system's GPU drivers. The only file that imports `webgpu`. */

import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { HarnessError } from '../../../harness/errors.ts';
import type { Host } from '../../../harness/host.ts';

export interface NodeHostOptions {
  /** Part of the name of the adapter to use, as Dawn calls it. Default: Dawn's choice. */
  readonly adapter?: string | undefined;
}

/**
 * Kept until the process ends: Dawn for Node 0.6.2 crashes when a GPU object is collected before the devices that
 * came from it. The price is that the process does not end by itself: hbmark.ts ends it.
 */
const kept: GPU[] = [];

/** @throws HarnessError if Dawn has no build for this machine, or no adapter is called as asked. */
export async function createNodeHost({ adapter }: NodeHostOptions = {}): Promise<Host> {
  const { create, globals } = await importDawn();
  // GPUBufferUsage and its like are globals, as in a browser.
  Object.assign(globalThis, globals);
  // Mesa's software driver does not start without it.
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  const gpu = create([
    // Browsers coarsen timestamps against pages that spy on each other; there is no other page here.
    'disable-dawn-features=timestamp_quantization',
    ...(adapter === undefined ? [] : [`adapter=${adapter}`]),
  ]);
  kept.push(gpu);
  if (adapter !== undefined) await requireAdapter(gpu, adapter);
  return {
    gpu,
    info: {
      kind: 'node',
      brand: 'Dawn',
      majorVersion: dawnMajorVersion(),
      platform: `${process.platform} ${process.arch}`,
    },
    now: () => performance.now(),
    date: () => new Date().toISOString(),
  };
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

/** Dawn answers a name it does not know by throwing a list of those it knows. */
async function requireAdapter(gpu: GPU, adapter: string): Promise<void> {
  try {
    await gpu.requestAdapter();
  } catch (cause) {
    const names = [...String(cause).matchAll(/name: '([^']*)'/g)].map(([, name]) => `"${name}"`);
    throw new HarnessError('no-adapter', `no adapter is called "${adapter}"; there are ${names.join(', ') || 'none'}`);
  }
}

/** Of the npm package, which follows Dawn's releases. */
function dawnMajorVersion(): number {
  const { version } = createRequire(import.meta.url)('webgpu/package.json');
  return Number.parseInt(version, 10);
}
