/** `hbmark serve`: serves the page on one port, until it is stopped. */

import type { Param } from '../../session/param.ts';
import { EXIT } from '../errors.ts';
import { anyNumber, readAllInLists, readValue } from '../flags.ts';
import { startServer } from '../hosts/page-server.ts';
import { print } from '../text/print.ts';
import type { Command } from './command.ts';

const PORT = {
  name: 'port',
  value: 'N',
  help: 'Port to listen on; 0 takes any free one (default: 4173)',
  param: anyNumber({ min: 0, max: 65535, whole: true }),
};

const domain: Param<string> = {
  rule: 'a name such as bench.example, without scheme and port',
  parse: (text) => (/^[a-z0-9._-]{1,253}$/i.test(text) ? text : undefined),
};

const DOMAIN = {
  name: 'domain',
  value: 'name',
  help: 'Also answer under this name, as behind a proxy; may be repeated (default: localhost only)',
  param: domain,
};

interface ServeInput {
  readonly port: number | undefined;
  readonly domains: readonly string[];
}

/** The signals that end the service. A second one ends the process at once. */
const STOPS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Resolves when the process is told to end. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of STOPS) process.once(signal, () => resolve());
  });
}

export const serve = {
  name: 'serve',
  help: 'Serve the page',
  options: [PORT, DOMAIN],

  parse: (_, flags) => ({ port: readValue(PORT, flags), domains: readAllInLists(DOMAIN, flags) }),

  async run({ port, domains }) {
    const { address, close } = await startServer({ port, names: domains });
    print(`HBMark is at ${address}`);
    await stopped();
    await close();
    return EXIT.done;
  },
} satisfies Command<ServeInput>;
