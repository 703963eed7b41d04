/**
 * A process that adds runs until it is killed: `node writer.js WHERE FIRST AT-ONCE`. It prints the number of each run
 * once the store has acknowledged it, and nothing before. What fails is added again.
 */

import { writeSync } from 'node:fs';
import { openStore } from '../../src/collector/store/open.ts';
import { Unavailable } from '../../src/collector/store/store.ts';
import { idOf, madeRun, recordWithId } from './made-runs.ts';

const [where = '', first = '0', atOnce = '1'] = process.argv.slice(2);
const store = await openStore(where);
let next = Number(first);

async function addForever(): Promise<never> {
  for (;;) {
    const n = next++;
    const run = madeRun(n, {}, { canonical: recordWithId(idOf(n)) });
    while (!(await isAdded(run))) {}
    writeSync(1, `${n}\n`);
  }
}

async function isAdded(run: Parameters<typeof store.add>[0]): Promise<boolean> {
  try {
    await store.add(run);
    return true;
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

await Promise.all(Array.from({ length: Number(atOnce) }, addForever));
