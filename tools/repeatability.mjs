/**
 * `npm run bench:repeatability -- [--pairs N] [flags of hbmark run]`: do two quick runs agree? Runs the terminal in
 * pairs, and counts the pairs whose second headline lies in the first's interval, widened by the drift that either run
 * reports of itself. A pair takes about a minute on a software adapter. Run nothing else meanwhile.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfOutdated, installPackages, ROOT } from './bootstrap.mjs';

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '10' }, host: { type: 'string' }, adapter: { type: 'string' } },
});
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1) {
  console.error(`--pairs must be a whole number from 1 on; got "${values.pairs}"`);
  process.exit(2);
}
const { host, adapter } = values;
const place = [...(host ? ['--host', host] : []), ...(adapter ? ['--adapter', adapter] : [])];

installPackages();
buildIfOutdated();

let held = 0;
console.log('pair  first GB/s (95 %)  widened by drift  second GB/s  held');
for (let pair = 1; pair <= pairs; pair++) {
  const [first, second] = [quickRun(), quickRun()];
  const drift = Math.max(Math.abs(first.drift), Math.abs(second.drift));
  const digits = (/** @type {number} */ value) => value.toPrecision(3);
  if (!first.ci95) {
    console.log(`${String(pair).padStart(4)}  ${digits(first.gbps)} has no interval (${first.labels})  no`);
    continue;
  }
  const [low, high] = first.ci95;
  const holds = low * (1 - drift) <= second.gbps && second.gbps <= high * (1 + drift);
  if (holds) held++;
  const cells = [
    String(pair).padStart(4),
    `${digits(first.gbps)} (${digits(low)} – ${digits(high)})`.padEnd(17),
    `${(100 * drift).toFixed(1)} %`.padEnd(16),
    digits(second.gbps).padEnd(11),
    holds ? 'yes' : 'no',
  ];
  console.log(cells.join('  '));
}
console.log(`${held} of ${pairs} second headlines lie in the first's interval, widened by the drift`);

/** @returns {{ gbps: number, ci95: [number, number] | undefined, drift: number, labels: string }} */
function quickRun() {
  const cli = join(ROOT, 'dist/cli/hbmark.js');
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, 'run', '--json', ...place], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`hbmark run ended with ${status}: ${stderr}`);
  const { stream, drift, labels } = JSON.parse(stdout);
  const ids = labels.map((/** @type {{ id: string }} */ { id }) => id).join(', ');
  // JSON has no infinity: an interval without an upper end has null there.
  const ci95 = stream?.ci95 && [stream.ci95[0], stream.ci95[1] ?? Number.POSITIVE_INFINITY];
  return { gbps: stream?.gbps ?? Number.NaN, ci95, drift: drift?.value ?? 0, labels: ids };
}
