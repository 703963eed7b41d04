/** The engine in a Deno process: reads a request from stdin, and writes its events to stdout (messages.ts). */

import { createInterface } from 'node:readline';
import { HarnessError } from '../../../../harness/errors.ts';
import type { EngineEvent } from '../../../../harness/tuning/events.ts';
import type { RecordBody } from '../../../../results/record/schema.ts';
import { ignoreEnd } from '../../signals.ts';
import { KEEP_EVERY_MS } from '../host.ts';
import { runOn, tuneOn } from '../in-process.ts';
import { createDenoHost } from './deno.ts';
import type { DenoMessage, DenoRequest } from './messages.ts';

const abort = new AbortController();
// The terminal has ended: nobody reads on.
process.stdout.on('error', () => process.exit());
// Ctrl-C and a terminal that closes reach this process too. The terminal hears them, and cancels the session by a line.
ignoreEnd();

const lines = createInterface({ input: process.stdin });
lines.once('line', (request) => {
  lines.on('line', () => abort.abort());
  lines.on('close', () => process.exit());
  void answer(JSON.parse(request)).then(() => process.stdout.write('', () => process.exit()));
});

async function answer(request: DenoRequest): Promise<void> {
  try {
    for await (const event of eventsOf(request)) say({ type: 'event', event });
    say({ type: 'end' });
  } catch (error) {
    const code = error instanceof HarnessError ? error.code : 'unexpected';
    const message = error instanceof Error ? error.message : String(error);
    say({ type: 'error', error: { code, message } });
  }
}

function eventsOf(request: DenoRequest) {
  const host = createDenoHost();
  const { signal } = abort;
  if (request.kind === 'tune') return tuneOn(host, { ...request, signal });
  return runOn(host, { ...request, signal, keep: request.keeps ? keep : undefined });
}

let keptMs = performance.now();
function keep(body: () => RecordBody): void {
  if (performance.now() - keptMs < KEEP_EVERY_MS) return;
  say({ type: 'keep', body: body() });
  keptMs = performance.now();
}

function say(message: DenoMessage<EngineEvent>): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}
