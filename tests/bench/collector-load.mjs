/**
 * Sends submissions to a collector, each once, over some connections at a time, in a process of its own. Prints what came
 * of it as one line of JSON.
 *
 *     node collector-load.mjs ADDRESS FILE CONNECTIONS
 *
 * FILE holds bodies, gzipped, each after its length as 32 bits.
 */

import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';

const [, , address = '', file = '', connections = '1'] = process.argv;

const bytes = readFileSync(file);
/** @type {Buffer[]} */
const bodies = [];
for (let at = 0; at < bytes.length; ) {
  const length = bytes.readUInt32LE(at);
  bodies.push(bytes.subarray(at + 4, at + 4 + length));
  at += 4 + length;
}

/** @type {number[]} */
const times = [];
/** @type {Record<string, number>} */
const statuses = {};
let errors = 0;

/** Sends some bodies, one after another, over one connection. */
function send(/** @type {readonly Buffer[]} */ some) {
  return new Promise((resolve) => {
    const options = {
      url: `${address}v1/runs`,
      method: /** @type {const} */ ('POST'),
      connections: 1,
      amount: some.length,
      timeout: 60,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      requests: some.map((body) => ({ body })),
    };
    const instance = autocannon(options, resolve);
    instance.on('response', (_client, status, _bytes, ms) => {
      times.push(ms);
      statuses[status] = (statuses[status] ?? 0) + 1;
    });
    instance.on('reqError', () => {
      errors++;
    });
  });
}

const count = Number(connections);
const began = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: count }, (_, nth) => send(bodies.filter((__, i) => i % count === nth))));
const seconds = (performance.now() - began) / 1000;
const { user, system } = process.cpuUsage(cpu);
times.sort((a, b) => a - b);
const at = (/** @type {number} */ share) => times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
console.log(
  JSON.stringify({ seconds, statuses, errors, p50: at(0.5), p99: at(0.99), max: at(1), cpuMs: (user + system) / 1000 }),
);
