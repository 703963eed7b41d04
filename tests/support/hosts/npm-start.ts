/** `npm start` as a person types it, on a free port, with a collection of its own. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Started {
  /** The page's address, which it printed. */
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts it with a collection of its own, and resolves once it serves. @throws Error with what it printed, if it ends instead. */
export async function npmStart(...more: readonly string[]): Promise<Started> {
  // It may build, and what Vitest says of the environment would make that another page than a person gets.
  // Tests that run side by side must not meet in one collection, nor in that of whoever runs them.
  const folder = mkdtempSync(join(tmpdir(), 'hbmark-data-'));
  const env = { ...process.env, NODE_ENV: 'production', HBMARK_DATA: folder };
  const child = spawn('npm', ['start', '--', '--port', '0', ...more], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      printed += chunk;
      const [found] = /http:\/\/\S+/.exec(printed) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`npm start ended: ${printed}`)));
  });
  return {
    address,
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
