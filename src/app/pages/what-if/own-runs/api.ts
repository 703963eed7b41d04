/** What the worker of kept runs offers the page. */

import type { OwnMachine } from './own-machine.ts';

export interface OwnRunsApi {
  /** The machines of the whole runs that this browser keeps, the newest first. */
  machines(): Promise<readonly OwnMachine[]>;
}
