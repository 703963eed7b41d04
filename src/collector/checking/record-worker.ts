/** A worker of the service's pool (`pool.ts`): does one task after another. It is built as a file of its own. */

import { parentPort } from 'node:worker_threads';
import { memoryOf } from './memory.ts';
import { type Done, perform, type Task } from './tasks.ts';

parentPort?.on('message', (task: Task) => {
  const answer = done(task);
  const memory = answer.ok && typeof answer.output === 'object' ? memoryOf(answer.output ?? {}) : [];
  parentPort?.postMessage(answer, memory);
});

function done(task: Task): Done {
  try {
    return { ok: true, output: perform(task) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
