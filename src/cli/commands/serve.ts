/** `hbmark serve`: serves the page and a collector of runs on one port, until it is stopped. */

import { BlockList, isIP } from 'node:net';
import type { Param } from '../../session/param.ts';
import { EXIT, UsageError } from '../errors.ts';
import { anyNumber, isOn, type Option, readAllInLists, readValue } from '../flags.ts';
import { startServer } from '../hosts/browsers/page-server.ts';
import { collectionFlags, readPlace } from '../serving/collection-flags.ts';
import { startCollecting } from '../serving/collector.ts';
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

const LISTEN = {
  name: 'listen',
  value: 'address',
  help: 'Listen on this address of the machine, such as 0.0.0.0 for all (default: 127.0.0.1)',
  param: {
    rule: 'an IP address',
    parse: (text: string) => (isIP(text) === 0 ? undefined : text),
  },
};

const COLLECTION = collectionFlags({
  data: 'Keep submitted runs in this folder (default: a folder of this user’s data)',
  databaseUrl: 'Keep them in this Postgres database instead (default: DATABASE_URL, if it is set)',
});

const PAGE_ONLY: Option = { name: 'page-only', help: 'Take no runs: serve the page alone' };

const origin: Param<string> = {
  rule: 'an origin such as https://bench.example, without a path',
  parse: originIn,
};

/** An origin as browsers write it; undefined for a text that is none. */
function originIn(text: string): string | undefined {
  try {
    const { origin, protocol, pathname, search, hash } = new URL(text);
    const isOrigin = /^https?:$/.test(protocol) && pathname === '/' && search === '' && hash === '';
    return isOrigin ? origin : undefined;
  } catch {
    return undefined;
  }
}

const ALLOW_ORIGIN = {
  name: 'allow-origin',
  value: 'url',
  help: 'Also take runs from pages of this origin; may be repeated (default: this page only)',
  param: origin,
};

const network: Param<string> = {
  rule: 'an address or a network such as 10.0.0.0/8',
  parse: (text) => (isNetwork(text) ? text : undefined),
};

function isNetwork(text: string): boolean {
  const [address = '', bits] = text.split('/');
  const version = isIP(address);
  if (version === 0) return false;
  if (bits === undefined) return true;
  try {
    new BlockList().addSubnet(address, /^\d{1,3}$/.test(bits) ? Number(bits) : -1, version === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false;
  }
}

const TRUST_PROXY = {
  name: 'trust-proxy',
  value: 'network',
  help: 'Take the client’s address from this proxy’s X-Forwarded-For; may be repeated (default: none)',
  param: network,
};

interface ServeInput {
  readonly port: number | undefined;
  readonly host: string | undefined;
  readonly domains: readonly string[];
  readonly data: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly isPageOnly: boolean;
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
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
  help: 'Serve the page, and collect the runs that people add',
  options: [PORT, LISTEN, DOMAIN, ...COLLECTION, PAGE_ONLY, ALLOW_ORIGIN, TRUST_PROXY],

  parse(_, flags) {
    const input = {
      port: readValue(PORT, flags),
      host: readValue(LISTEN, flags),
      domains: readAllInLists(DOMAIN, flags),
      ...readPlace(COLLECTION, flags),
      isPageOnly: isOn(PAGE_ONLY, flags),
      allowedOrigins: readAllInLists(ALLOW_ORIGIN, flags),
      trustedProxies: readAllInLists(TRUST_PROXY, flags),
    };
    if (input.isPageOnly && (input.data ?? input.databaseUrl) !== undefined) {
      throw new UsageError('give --page-only without --data and --database-url: it keeps no runs');
    }
    return input;
  },

  async run({ port, host, domains, isPageOnly, trustedProxies, ...kept }) {
    const collecting = isPageOnly ? undefined : await startCollecting(kept);
    try {
      const { collector } = collecting ?? {};
      const { address, close } = await startServer({
        port,
        host,
        names: domains,
        collector,
        trustedProxies,
        forMany: true,
      });
      print(`HBMark is at ${address}`);
      if (collecting) print(`Runs that people add are kept in ${collecting.where}`);
      await stopped();
      await close();
      return EXIT.done;
    } finally {
      await collecting?.end();
    }
  },
} satisfies Command<ServeInput>;
