import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, expect, test } from 'vitest';
import { Pool, TooCostly } from './pool.ts';
import type { TaskInput } from './tasks.ts';

const folder = mkdtempSync(join(tmpdir(), 'hbmark-pool-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that does nothing, but says which one it is. An input with "hold" is never done; one with "end" ends it. */
const workerFile = pathToFileURL(join(folder, 'worker.mjs'));
writeFileSync(
  workerFile,
  `import { parentPort, threadId } from 'node:worker_threads';
  parentPort.on('message', ({ input }) => {
    if (input.end) process.exit();
    if (!input.hold) parentPort.postMessage({ ok: true, output: threadId });
  });`,
);

let pool: Pool;
afterEach(() => pool.close());

/** Does a task. @returns the worker that did it */
const doneBy = (name: 'judgement' | 'submission', input = {}) =>
  pool.run(name, input as TaskInput<'judgement'> & TaskInput<'submission'>) as Promise<unknown>;

test('one worker does all judgements, and submissions only if no other is free', async () => {
  pool = new Pool({ workerFile, workers: 3 });
  const judges = new Set<unknown>();
  for (let round = 0; round < 5; round++) {
    const [judge, ...others] = await Promise.all([
      doneBy('judgement'),
      ...Array.from({ length: 2 }, () => doneBy('submission')),
    ]);
    judges.add(judge);
    expect(others).not.toContain(judge);
  }
  expect(judges.size).toBe(1);
  // All three have one to do.
  const all = await Promise.all(Array.from({ length: 3 }, () => doneBy('submission')));
  expect(new Set(all)).toEqual(new Set([...judges, ...all]));
});

test('a judgement waits for its worker, and others do not wait for that', async () => {
  pool = new Pool({ workerFile, workers: 2, maxTaskMs: 300 });
  await doneBy('judgement');
  const held = doneBy('judgement', { hold: true });
  const next = doneBy('judgement');
  expect(await doneBy('submission')).toEqual(expect.any(Number));
  expect(pool.waiting).toBe(1);
  // Its worker is ended with it, and another one judges.
  await expect(held).rejects.toThrow(TooCostly);
  expect(await next).toEqual(await doneBy('judgement'));
});

test('a pool of one does both, and has another worker once that one ended', async () => {
  pool = new Pool({ workerFile, workers: 1 });
  expect(await doneBy('judgement')).toBe(await doneBy('submission'));
  await expect(doneBy('judgement', { end: true })).rejects.toThrow(TooCostly);
  expect(await doneBy('judgement')).toBe(await doneBy('submission'));
});
