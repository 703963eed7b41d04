import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_PARAMS } from '../../../session/params.ts';
import type { DenoRequest } from './messages.ts';
import { converse, startProgram } from './run.ts';

const REQUEST: DenoRequest = { kind: 'run', keeps: false, params: { ...DEFAULT_PARAMS, seed: 7 }, models: [] };

/** Returns the events of a process of Node that runs `code` in place of Deno. */
async function eventsOf(code: string): Promise<unknown[]> {
  const child = await startProgram(process.execPath, ['-e', code], process.env);
  const events: unknown[] = [];
  for await (const event of converse(child, REQUEST, { signal: new AbortController().signal, keep: undefined })) {
    events.push(event);
  }
  return events;
}

test('a process that ends within a line, or without one, ended before the session was done', async () => {
  const ended = (how: string) => ({
    code: 'device-lost',
    message: `Deno ended before the session was done (${how}): what it said is above`,
  });
  await expect(eventsOf(`process.stdout.write('{"type":"ev', () => process.exit(4))`)).rejects.toMatchObject(
    ended('exit code 4'),
  );
  await expect(eventsOf(`process.kill(process.pid, 'SIGKILL')`)).rejects.toMatchObject(ended('SIGKILL'));
});

test('a line that is not the engine’s is passed over', async () => {
  const lines = ['a driver speaks', '{"type":"event","event":1}', '{"type":"end"}'];
  expect(await eventsOf(`console.log(${JSON.stringify(lines.join('\n'))})`)).toEqual([1]);
});

test('a program that cannot be started is no adapter', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-deno-'));
  try {
    writeFileSync(join(folder, 'deno'), 'not a program', { mode: 0o644 });
    // Windows has no permission to execute: there it is no program.
    for (const path of [join(folder, 'deno'), join(folder, 'none')]) {
      await expect(startProgram(path, [], process.env)).rejects.toMatchObject({
        code: 'no-adapter',
        message: expect.stringMatching(/^Deno did not start \(spawn .*\): run "npm ci", or install a Deno for /),
      });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
