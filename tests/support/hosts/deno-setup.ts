/** Tells the pool which test runs, and makes a test fail that has ended its process before (deno-pool.ts). */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { PANICKED, PANICS, RUNNING } from './deno-pool.ts';

const folder = process.env[PANICS];
if (folder === undefined) throw new Error(`run these tests in the pool of deno-pool.ts: ${PANICS} is not set`);
const running = join(folder, RUNNING);
const known = join(folder, PANICKED);
const panicked: Record<string, string> = existsSync(known) ? JSON.parse(readFileSync(known, 'utf8')) : {};

beforeEach(({ task }) => {
  const panic = panicked[task.id];
  if (panic !== undefined) throw new Error(`it ended the process: ${panic}`);
  writeFileSync(running, task.id);
});

afterEach(() => rmSync(running, { force: true }));
