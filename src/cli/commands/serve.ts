/** `hbmark serve`: the page, on one port. */

import { number } from '../flags.ts';
import { startServer } from '../hosts/page-server.ts';

export async function serve(flags: { port?: unknown }): Promise<void> {
  const port = number('--port', flags.port, { min: 0, max: 65535, whole: true });
  const { address } = await startServer(port === undefined ? {} : { port });
  console.log(`HBMark is at ${address}`);
}
