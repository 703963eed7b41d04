/** `#host` in Node is Dawn, on the driver that vitest.config.ts chose. */

import type { Host } from '../../../harness/host.ts';
import { createNodeHost } from '../../../src/cli/hosts/node/node.ts';

export const testHost = (): Promise<Host> => createNodeHost();
