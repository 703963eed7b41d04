/**
 * The attack on a collector, with what the gate has time for. `HBMARK_REQUESTS=100000` is another number of requests, and
 * `HBMARK_REQUEST=1234` attacks with that one alone.
 */

import { expect, test } from 'vitest';
import { attackCollector } from './collector.ts';

const { HBMARK_REQUESTS, HBMARK_REQUEST } = process.env;

/** How much more memory the process may have at its end, in bytes: engines keep what they may need again. */
const MAX_RISEN = 200e6;

test('every request of a stranger gets an answer below 500', { timeout: 0 }, async () => {
  const alone = HBMARK_REQUEST === undefined ? undefined : Number(HBMARK_REQUEST);
  const tally = await (alone === undefined
    ? attackCollector(Number(HBMARK_REQUESTS ?? 400))
    : attackCollector(1, alone));
  console.log(JSON.stringify({ ...tally, faults: tally.faults.length }));
  expect(tally.faults).toEqual([]);
  expect(tally.risenBytes).toBeLessThan(MAX_RISEN);
  // Most kinds of answers were given: an attack that is refused at the door shows nothing.
  if (alone === undefined)
    expect(Object.keys(tally.statuses).map(Number)).toEqual(expect.arrayContaining([200, 201, 400, 404, 422]));
});
