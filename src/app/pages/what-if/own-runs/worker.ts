/** Reads kept runs in a worker of its own, since checking megabytes of samples would stall the page. */

import { expose } from 'comlink';
import { z } from 'zod';
import { keptRun, keptRuns } from '../../../engine/kept/run-store.ts';
import { gpuNameOf, withGpu } from '../../../shelf/gpu-names.ts';
import type { OwnRunsApi } from './api.ts';
import { type OwnMachine, ownMachine } from './own-machine.ts';

// The page's Content-Security-Policy forbids code made from strings, which zod would otherwise try to make.
z.config({ jitless: true });

const api: OwnRunsApi = {
  async machines() {
    const machines: OwnMachine[] = [];
    for (const { key, done, cases } of await keptRuns()) {
      const body = done < cases ? undefined : (await keptRun(key))?.body;
      const machine = body && ownMachine(key, withGpu(body, await gpuNameOf(key)));
      if (machine) machines.push(machine);
    }
    return machines;
  },
};

expose(api);
