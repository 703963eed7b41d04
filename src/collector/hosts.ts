/**
 * The names under which the service answers. A page of another site can make its own name point to this machine (DNS
 * rebinding), and would then be of the same origin as ours: https://en.wikipedia.org/wiki/DNS_rebinding.
 */

/** The names of this machine to itself. */
const LOCAL_NAMES = ['localhost', '127.0.0.1', '[::1]'];

/** A host name as a URL has it, with or without a port. */
const HOST = /^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

export interface HostRule {
  /** Whether a request with this `host` header is answered. */
  allows(header: string | undefined): boolean;
  /** All allowed names, as text. */
  readonly names: string;
}

/** The rule that allows the names of this machine, and those that its operator gives. */
export function hostRule(given: readonly string[] = []): HostRule {
  const names = [...new Set([...LOCAL_NAMES, ...given.map((name) => name.toLowerCase())])];
  return {
    allows: (header) => names.includes(HOST.exec(header ?? '')?.[1]?.toLowerCase() ?? ''),
    names: names.join(', '),
  };
}
