/** Serves the built page on a port of this machine, for `hbmark serve` and for the browsers of `--host`. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Collector } from '../../../collector/api/api.ts';
import { UsageError } from '../../errors.ts';

/** The built page, seen from the built tool: dist/app from dist/cli/hbmark.js. */
export const APP_FOLDER = fileURLToPath(new URL('../app', import.meta.url));

export interface ServingOptions {
  readonly port?: number | undefined;
  /** The address of this machine to listen on. Default: loopback. */
  readonly host?: string | undefined;
  /** Names under which the page may be opened, besides those of this machine. */
  readonly names?: readonly string[];
  /** The collector that answers beside the page. It is its owner's to end. */
  readonly collector?: Collector | undefined;
  /** Proxies whose word on the client's address is taken, as CIDR. */
  readonly trustedProxies?: readonly string[];
  /** Whether many clients may come at once from the beginning. Default: false. */
  readonly forMany?: boolean;
}

export interface Serving {
  readonly address: string;
  /** Ends the service once the answers that are under way have been received. */
  close(): Promise<void>;
}

/** Serves the built page. @throws UsageError if it is not built or the port cannot be had */
export async function startServer(options: ServingOptions): Promise<Serving> {
  const { port, host, names = [], collector, trustedProxies = [], forMany = false } = options;
  if (!existsSync(APP_FOLDER)) throw new UsageError(`build the page first (npm run build): ${APP_FOLDER} is not there`);
  // Imported here, so that the other commands run where the server's packages are not installed.
  const { createServer, drain, listen, warmUp } = await import('../../../collector/server.ts');
  const server = createServer({ appFolder: APP_FOLDER, names, collector, trustedProxies });
  const address = await listen(server, {
    ...(port !== undefined && { port }),
    ...(host !== undefined && { host }),
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  if (forMany) await warmUp(address);
  return { address, close: () => drain(server) };
}
