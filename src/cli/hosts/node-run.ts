/** `--host node`: the engine in this process, on Dawn. */

import { run } from '../../../harness/run/run.ts';
import { tuneKernels } from '../../../harness/tuning/session.ts';
import { runOptions, runRequest, tuneOptions, tuneRequest } from '../../session/run-options.ts';
import type { TerminalHost } from './host.ts';
import { createNodeHost } from './node.ts';
import { winnersOf } from './tunings.ts';

export const node: TerminalHost = {
  id: 'node',
  help: 'Dawn in this process',
  adapters: null,
  resumes: true,
  async *run({ params, adapter, models, resume, keep, signal }) {
    const request = runRequest(params, params.seed, models);
    // What the owner said of the machine stays with the run, unless --gpu says otherwise now.
    const reported = request.reported.gpu === undefined && resume ? resume.reported : request.reported;
    const options = runOptions({ ...request, reported }, { winnersOf, resume, keep, signal });
    yield* run(await createNodeHost({ adapter }), options);
  },
  async *tune({ params, adapter, signal }) {
    const options = tuneOptions(tuneRequest(params, params.seed), { winnersOf, signal });
    yield* tuneKernels(await createNodeHost({ adapter }), options);
  },
};
