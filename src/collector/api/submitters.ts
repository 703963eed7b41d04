/**
 * Who submits, without an address. An address is turned into a keyed hash at once, and the key is forgotten after a day,
 * so nobody can tell later from which address a run came, and runs of different days cannot be told to be of one person.
 */

import { createHmac } from 'node:crypto';
import { isIPv4, isIPv6 } from 'node:net';
import type { Store } from '../store/store.ts';

const DAY_MS = 86_400_000;

export class Submitters {
  readonly #store: Pick<Store, 'secret'>;
  readonly #now: () => number;
  #today: { readonly day: number; readonly key: Promise<string> } | undefined;

  constructor(store: Pick<Store, 'secret'>, now: () => number = Date.now) {
    this.#store = store;
    this.#now = now;
  }

  /**
   * What stands for an address today. A connection that was broken off has none: all of those are one.
   *
   * @throws Unavailable if the store does not answer
   */
  async of(address: string | undefined): Promise<string> {
    return createHmac('sha256', await this.#key())
      .update(networkOf(address ?? ''))
      .digest('hex')
      .slice(0, 32);
  }

  #key(): Promise<string> {
    const day = Math.floor(this.#now() / DAY_MS);
    if (this.#today?.day !== day) {
      const key = this.#store.secret(`submitters-${day}`, (day + 1) * DAY_MS);
      this.#today = { day, key };
      // A store that did not answer is asked again.
      key.catch(() => {
        if (this.#today?.key === key) this.#today = undefined;
      });
    }
    return this.#today.key;
  }
}

/** The network of one person: an IPv4 address, or the first 64 bits of an IPv6 address, which one person has all of. */
export function networkOf(address: string): string {
  const plain = address.split('%')[0] ?? '';
  const mapped = /^::ffff:([\d.]+)$/i.exec(plain)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
