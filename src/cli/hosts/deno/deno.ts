/** wgpu, the WebGPU engine of Firefox, in Deno. It runs in a Deno process, which run.ts and the tests start. */

import { HarnessError } from '../../../../harness/errors.ts';
import type { Host } from '../../../../harness/host.ts';
import { processHost } from '../process-host.ts';

/** What Deno is started with, before the path of its program. */
export const DENO_FLAGS: readonly string[] = [
  'run',
  '--allow-all',
  // Deno 2.9 has no WebGPU without it. Delete it when that is stable (https://docs.deno.com/api/web/gpu).
  '--unstable-webgpu',
  '--no-lock',
  '--quiet',
];

/** Returns this Deno as the engine's host. @throws HarnessError if it has no WebGPU */
export function createDenoHost(): Host {
  if (!globalThis.navigator?.gpu) throw new HarnessError('no-adapter', 'update Deno: this one has no WebGPU');
  // wgpu does not say which version it is. Each version of Deno has one.
  const majorVersion = Number.parseInt(process.versions.deno ?? '', 10) || null;
  return processHost(navigator.gpu, { kind: 'deno', brand: 'wgpu in Deno', majorVersion });
}
