import { expect, test } from 'vitest';
import { networkOf, Submitters } from './submitters.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::', '2001:db8:1:2'],
  ['2001:0DB8:0001:0002:ffff::1', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  ['::1', '0:0:0:0'],
  ['::', '0:0:0:0'],
  ['no address', 'no address'],
])('%s is of the network %s', (address, network) => expect(networkOf(address)).toBe(network));

const DAY_MS = 86_400_000;

/** Secrets as a store keeps them, and until when. */
function secretsOf() {
  const kept = new Map<string, number>();
  const secret = async (name: string, untilMs: number) => {
    kept.set(name, untilMs);
    return name.padEnd(64, '0');
  };
  return { kept, secret };
}

test('an address stands for the same submitter for a day, and its key is asked for once', async () => {
  let now = 10 * DAY_MS;
  const store = secretsOf();
  const submitters = new Submitters(store, () => now);
  const today = await submitters.of('192.0.2.7');
  expect(today).toMatch(/^[0-9a-f]{32}$/);
  expect(await submitters.of('192.0.2.7')).toBe(today);
  expect(await submitters.of('192.0.2.8')).not.toBe(today);
  // The key ends with its day.
  expect([...store.kept]).toEqual([['submitters-10', 11 * DAY_MS]]);
  now += DAY_MS;
  expect(await submitters.of('192.0.2.7')).not.toBe(today);
});

test('a store that did not answer is asked again', async () => {
  let isAway = true;
  const secret = async () => {
    if (isAway) throw new Error('away');
    return '0'.repeat(64);
  };
  const submitters = new Submitters({ secret });
  await expect(submitters.of('192.0.2.7')).rejects.toThrow('away');
  isAway = false;
  await expect(submitters.of('192.0.2.7')).resolves.toHaveLength(32);
});
