/** The built command line tool, run in a process of its own. */

import { execFile } from 'node:child_process';

export const TOOL = 'dist/cli/hbmark.js';

export interface Ended {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the tool to its end, in the environment of the tests and `env`. */
export function hbmark(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [TOOL, ...args], options, (error, stdout, stderr) => {
      // A signal gives no code.
      resolve({ code: error === null ? 0 : (error.code ?? error.signal), stdout, stderr });
    });
  });
}
