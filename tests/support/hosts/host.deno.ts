/** `#host` in Deno is its own WebGPU, on the driver that vitest.config.ts chose. */

import type { Host } from '../../../harness/host.ts';
import { createDenoHost } from '../../../src/cli/hosts/deno/deno.ts';

export const testHost = async (): Promise<Host> => createDenoHost();
