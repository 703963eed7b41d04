/** The built command line tool, run in a process of its own. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { casesOf } from '../../../results/record/cases.ts';
import { readRecord } from '../../../results/record/check.ts';
import type { RunRecord, Sample } from '../../../results/record/schema.ts';

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

export interface Started {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string | null>;
}

/** Starts the tool in the environment of the tests and `env`. */
export function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, [TOOL, ...args], { env: { ...process.env, ...env } });
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  const ended = new Promise<number | string | null>((resolve) =>
    child.on('close', (code, signal) => resolve(signal ?? code)),
  );
  return { child, stdout: () => said.stdout, stderr: () => said.stderr, ended };
}

/** Two kernels that compile quickly. */
export const FEW = ['--kernel', 'stream-read', '--kernel', 'working-set-read', '--memory', '0.2'];

/** A run that takes longer than any test needs, also on a busy machine: it ends once it is told to. */
export const LONG = [...FEW, '--profile', 'full', '--budget', '600', '--seed', '7'];

export const recordIn = (path: string): RunRecord => readRecord(JSON.parse(readFileSync(path, 'utf8')));

export const samplesIn = (record: RunRecord): Sample[] =>
  casesOf(record).flatMap((m) => (m.status === 'measured' ? [...m.samples, ...m.discarded] : []));

/** The number of samples in the journal of a run. */
export const journalledIn = (out: string): number =>
  existsSync(`${out}.unfinished`) ? samplesIn(recordIn(`${out}.unfinished`)).length : 0;

/** Resolves once the journal of a run holds something that was measured. */
export const journalled = (out: string): Promise<void> =>
  expect.poll(() => journalledIn(out), { interval: 200 }).toBeGreaterThan(0);
