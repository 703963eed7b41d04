/** The machines of kept runs as the page asks for them: once, and only where the browser keeps any. */

import { orFailed, started } from '../../../shell/started-worker.ts';
import type { OwnRunsApi } from './api.ts';
import type { OwnMachine } from './own-machine.ts';

/** The name of the database in which `engine/kept/run-store.ts` keeps runs. */
const DATABASE = 'hbmark-runs';

/** The machines of this browser's runs. None where it keeps no runs, or does not let them be read. */
export async function ownMachines(): Promise<readonly OwnMachine[]> {
  try {
    const databases = await indexedDB.databases();
    if (!databases.some(({ name }) => name === DATABASE)) return [];
    const { wrap } = await import('comlink');
    const on = started(
      new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-own-runs' }),
    );
    const orBroken = orFailed(on, (why): never => {
      throw new Error(why);
    });
    try {
      return await orBroken(wrap<OwnRunsApi>(on.worker).machines());
    } finally {
      on.worker.terminate();
    }
  } catch {
    // Runs are one of many sources of numbers: without storage the page does all else.
    return [];
  }
}
