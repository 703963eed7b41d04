/** `--host deno`: the engine in a process of Deno, on wgpu. */

import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { HarnessError, messageOf } from '../../../../harness/errors.ts';
import type { RunEvent } from '../../../../harness/events.ts';
import type { TuneEvent } from '../../../../harness/tuning/events.ts';
import { findDeno } from '../find-programs.mjs';
import type { RunSessionOptions, SessionOptions, TerminalHost } from '../host.ts';
import { errorOf } from '../reported-error.ts';
import { LAVAPIPE, vulkanEnvironment } from '../vulkan.ts';
import { DENO_FLAGS } from './deno.ts';
import { CANCEL, type DenoMessage, type DenoRequest } from './messages.ts';

/** The built engine, beside the built tool. */
const ENGINE = fileURLToPath(new URL('deno-engine.js', import.meta.url));

export const deno: TerminalHost = {
  id: 'deno',
  help: 'wgpu',
  adapters: [LAVAPIPE],
  resumes: true,
  run: ({ params, models, resume, otherRun, ...session }) =>
    inDeno<RunEvent>({ kind: 'run', keeps: session.keep !== undefined, params, models, resume, otherRun }, session),
  tune: ({ params, ...session }) => inDeno<TuneEvent>({ kind: 'tune', params }, session),
};

type DenoSession = Pick<SessionOptions, 'adapter' | 'signal'> & Pick<RunSessionOptions, 'keep'>;

/**
 * Starts Deno and passes its events on until the session ends.
 *
 * @throws HarnessError as the engine does, with what to install if there is no Deno, and if Deno ends by itself
 */
async function* inDeno<Event>(request: DenoRequest, { adapter, keep, signal }: DenoSession): AsyncGenerator<Event> {
  yield* converse(await startDeno(adapter), request, { keep, signal });
}

type Child = ChildProcessByStdio<Writable, Readable, null>;

/**
 * Tells the engine's process what to do, and passes its events on.
 *
 * @throws HarnessError as the engine does, and if the process ends by itself
 */
export async function* converse<Event>(
  child: Child,
  request: DenoRequest,
  { keep, signal }: Omit<DenoSession, 'adapter'>,
): AsyncGenerator<Event> {
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, bySignal) => resolve(bySignal ?? `exit code ${code}`));
  });
  // A process that cannot be ended has an error, too, and all is done by then.
  child.on('error', () => {});
  // A process that has ended cannot be told anything.
  child.stdin.on('error', () => {});
  const tell = (line: string) => child.stdin.write(`${line}\n`);
  const cancel = () => tell(CANCEL);
  try {
    tell(JSON.stringify(request));
    signal.addEventListener('abort', cancel);
    if (signal.aborted) cancel();
    for await (const line of createInterface({ input: child.stdout })) {
      const message = messageIn<Event>(line);
      if (message === undefined) continue;
      if (message.type === 'event') yield message.event;
      else if (message.type === 'keep') keep?.(() => message.body);
      else if (message.type === 'error') throw errorOf(message.error);
      else if (message.type === 'end') return;
    }
    throw new HarnessError(
      'device-lost',
      `Deno ended before the session was done (${await ended}): what it said is above`,
    );
  } finally {
    // It takes no notice of other signals (deno-engine.ts).
    child.kill('SIGKILL');
  }
}

/** Returns the message in a line. Undefined: a driver printed it, or Deno ended within it. */
function messageIn<Event>(line: string): DenoMessage<Event> | undefined {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

/** @throws HarnessError, with what to do, if there is no Deno, or if it does not start */
async function startDeno(adapter: string | undefined): Promise<Child> {
  const path = findDeno();
  if (path === undefined) {
    throw new HarnessError('no-adapter', 'run "npm install deno", or install Deno: it was not found on this machine');
  }
  return startProgram(path, [...DENO_FLAGS, ENGINE], vulkanEnvironment(adapter));
}

/** Starts the program of Deno. @throws HarnessError, with what to do, if it does not start */
export async function startProgram(path: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Child> {
  try {
    const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'inherit'], env });
    // Rejects if there is an error instead.
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new HarnessError(
      'no-adapter',
      `Deno did not start (${messageOf(error)}): run "npm ci", or install a Deno for ${process.platform} ${process.arch}`,
    );
  }
}
