/** `--host deno`: the engine in a process of Deno, on wgpu. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../../../harness/errors.ts';
import type { RunEvent } from '../../../harness/events.ts';
import type { TuneEvent } from '../../../harness/tuning/events.ts';
import { DENO_FLAGS } from './deno.ts';
import { CANCEL, type DenoMessage, type DenoRequest } from './deno-messages.ts';
import { findDeno } from './find-programs.mjs';
import type { RunSessionOptions, SessionOptions, TerminalHost } from './host.ts';
import { errorOf } from './reported-error.ts';
import { LAVAPIPE, vulkanEnvironment } from './vulkan.ts';

/** The built engine, beside the built tool. */
const ENGINE = fileURLToPath(new URL('deno-engine.js', import.meta.url));

export const deno: TerminalHost = {
  id: 'deno',
  help: 'wgpu',
  adapters: [LAVAPIPE],
  resumes: true,
  run: ({ params, models, resume, ...session }) =>
    inDeno<RunEvent>({ kind: 'run', keeps: session.keep !== undefined, params, models, resume }, session),
  tune: ({ params, ...session }) => inDeno<TuneEvent>({ kind: 'tune', params }, session),
};

type DenoSession = Pick<SessionOptions, 'adapter' | 'signal'> & Pick<RunSessionOptions, 'keep'>;

/**
 * Starts Deno and passes its events on until the session ends.
 *
 * @throws HarnessError as the engine does, with what to install if there is no Deno, and if Deno ends by itself
 */
async function* inDeno<Event>(request: DenoRequest, { adapter, keep, signal }: DenoSession): AsyncGenerator<Event> {
  const child = startDeno(adapter);
  const ended = once(child, 'close');
  // A process that has ended cannot be told anything.
  child.stdin.on('error', () => {});
  const tell = (line: string) => child.stdin.write(`${line}\n`);
  const cancel = () => tell(CANCEL);
  try {
    tell(JSON.stringify(request));
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    for await (const line of createInterface({ input: child.stdout })) {
      const message: DenoMessage<Event> = JSON.parse(line);
      if (message.type === 'event') yield message.event;
      else if (message.type === 'keep') keep?.(() => message.body);
      else if (message.type === 'error') throw errorOf(message.error);
      else return;
    }
    const [code, bySignal] = await ended;
    throw new HarnessError(
      'device-lost',
      `Deno ended before the session was done (${bySignal ?? `exit code ${code}`}): what it said is above`,
    );
  } finally {
    child.kill();
  }
}

function startDeno(adapter: string | undefined): ChildProcessByStdio<Writable, Readable, null> {
  const path = findDeno();
  if (path === undefined) {
    throw new HarnessError('no-adapter', 'run "npm install deno", or install Deno: it was not found on this machine');
  }
  return spawn(path, [...DENO_FLAGS, ENGINE], { stdio: ['pipe', 'pipe', 'inherit'], env: vulkanEnvironment(adapter) });
}
