/** `hbmark serve`: serves the page on one port, until it is stopped. */

import { anyNumber, readValue } from '../flags.ts';
import { startServer } from '../hosts/page-server.ts';
import type { Command } from './command.ts';

const PORT = {
  name: 'port',
  value: 'N',
  help: 'Port to listen on; 0 takes any free one (default: 4173)',
  param: anyNumber({ min: 0, max: 65535, whole: true }),
};

interface ServeInput {
  readonly port: number | undefined;
}

export const serve = {
  name: 'serve',
  help: 'Serve the page',
  options: [PORT],

  parse: (_, flags) => ({ port: readValue(PORT, flags) }),

  async run({ port }) {
    const { address } = await startServer(port === undefined ? {} : { port });
    console.log(`HBMark is at ${address}`);
    return new Promise<never>(() => {});
  },
} satisfies Command<ServeInput>;
