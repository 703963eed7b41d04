/** `--host node`: the engine in this process, on Dawn. */

import type { TerminalHost } from '../host.ts';
import { runOn, tuneOn } from '../in-process.ts';
import { createNodeHost } from './node.ts';

export const node: TerminalHost = {
  id: 'node',
  help: 'Dawn',
  adapters: null,
  resumes: true,
  async *run({ adapter, ...session }) {
    yield* runOn(await createNodeHost({ adapter }), session);
  },
  async *tune({ adapter, ...session }) {
    yield* tuneOn(await createNodeHost({ adapter }), session);
  },
};
