/** Processes that add runs, to be killed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Within the repository, so that its packages are found. */
const FOLDER = join(ROOT, 'test-artefacts', `writer-${process.pid}`);

/** Builds `writer.ts`. @returns the file */
export async function buildWriter(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    root: ROOT,
    publicDir: false,
    build: {
      ssr: true,
      outDir: FOLDER,
      target: 'node20',
      rolldownOptions: { input: join(ROOT, 'tests/collector/writer.ts'), output: { entryFileNames: 'writer.mjs' } },
    },
  });
  return join(FOLDER, 'writer.mjs');
}

export const removeWriter = (): void => rmSync(FOLDER, { recursive: true, force: true });

export interface Writing {
  readonly child: ChildProcess;
  /** The numbers of the runs that were acknowledged by now. */
  acknowledged(): number[];
  /** Resolves once so many were. @throws Error with what it said, if it ends before */
  reaches(count: number): Promise<void>;
  kill(): Promise<void>;
}

/** Starts a writer. @param under a program that runs it, such as strace with its flags */
export function startWriting(
  file: string,
  where: string,
  { first = 0, atOnce = 8, under = [] }: { first?: number; atOnce?: number; under?: readonly string[] } = {},
): Writing {
  const [program = process.execPath, ...args] = [...under, process.execPath, file, where, `${first}`, `${atOnce}`];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let said = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  child.stderr.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  let isEnded = false;
  void ended.then(() => {
    isEnded = true;
  });
  // A line that was cut is no acknowledgement.
  const acknowledged = () => printed.split('\n').slice(0, -1).map(Number);
  return {
    child,
    acknowledged,
    async reaches(count) {
      while (acknowledged().length < count) {
        if (isEnded) throw new Error(`the writer ended: ${said}`);
        await delay(5);
      }
    },
    async kill() {
      // strace passes SIGTERM on; without it, the writer would go on.
      child.kill(under.length > 0 ? 'SIGTERM' : 'SIGKILL');
      await ended;
    },
  };
}
