/** The machines of kept runs as the page asks for them: once, and only where the browser keeps any. */

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
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hbmark-own-runs' });
    try {
      const broken = new Promise<never>((_, reject) => worker.addEventListener('error', reject));
      return await Promise.race([wrap<OwnRunsApi>(worker).machines(), broken]);
    } finally {
      worker.terminate();
    }
  } catch {
    // Runs are one of many sources of numbers: without storage the page does all else.
    return [];
  }
}
