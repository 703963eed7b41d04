/**
 * Lock files: a file that one process has made says that others must wait. It names its process, so that one that was
 * killed is found out, and its lock taken over. Packages that do the same touch their file again and again, which would
 * wake the machine while it is measured.
 */

import { closeSync, mkdirSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readText } from './read-text.ts';
import { removeIfThere } from './write-file.ts';

const holderSchema = z.strictObject({
  pid: z.number().int().positive(),
  /** The name of the machine that the process runs on. */
  machine: z.string().max(255),
  /** What tells the process from a later one with the same number. Null where the system does not tell. */
  started: z.string().max(40).nullable(),
  /** When the lock was taken, ISO 8601 in UTC. */
  since: z.iso.datetime(),
});

/** The process that has a lock. */
export type Holder = z.infer<typeof holderSchema>;

/** What became of taking a lock. */
export type Taken =
  | { readonly ok: true; release(): void }
  /** Another process has it. Null: it has only just made the file. */
  | { readonly ok: false; readonly holder: Holder | null };

/** Takes the lock of this file. Where the file cannot be made, as in a folder that is read only, there is no lock. */
export function takeLock(path: string): Taken {
  const own: Holder = {
    pid: process.pid,
    machine: hostname(),
    started: startOf(process.pid),
    since: new Date().toISOString(),
  };
  const text = JSON.stringify(own);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch {
    return NO_LOCK;
  }
  for (let tries = 0; ; tries++) {
    try {
      makeFile(path, text);
      return { ok: true, release: () => release(path, text) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return NO_LOCK;
    }
    const found = textIn(path);
    const holder = holderIn(found);
    const isLeft = holder === null ? isOld(path) : !isAlive(holder);
    if (!isLeft || tries === MAX_TRIES) return { ok: false, holder };
    takeAway(path, found);
  }
}

const NO_LOCK: Taken = { ok: true, release() {} };

/** The number of times that a lock is taken over: each time, another process was faster and was ended. */
const MAX_TRIES = 3;

/** Makes a file that is not there yet. @throws Error with the system's reason; then there is none, or another's */
function makeFile(path: string, text: string): void {
  const file = openSync(path, 'wx');
  try {
    writeFileSync(file, text);
  } catch (error) {
    // A full disk takes the name, and no text.
    removeIfThere(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

function release(path: string, text: string): void {
  if (textIn(path) === text) removeIfThere(path);
}

/** Removes the file of a process that has ended, unless another has taken it over meanwhile. */
function takeAway(path: string, left: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (textIn(aside) !== left) makeFile(path, textIn(aside));
  } catch {
    // Another process was faster: the next try finds its lock.
  }
  removeIfThere(aside);
}

/** The time after which a file that names no process was left by one that ended while it wrote it, in ms. */
const WRITING_MS = 10_000;

function isOld(path: string): boolean {
  try {
    return Date.now() - statSync(path).mtimeMs > WRITING_MS;
  } catch {
    return false;
  }
}

function holderIn(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function textIn(path: string): string {
  try {
    return readText(path);
  } catch {
    return '';
  }
}

/** Whether the process runs. Of other machines, nothing is known. */
function isAlive({ pid, machine, started }: Holder): boolean {
  if (machine !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user may not be asked, and is there.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return started === null || started === startOf(pid);
}

/** The position of a process's start among what follows its name in /proc/PID/stat (man 5 proc: field 22). */
const START_FIELD = 19;

/** When a process started, in ticks since the machine did. Null: the system does not tell. */
function startOf(pid: number): string | null {
  // The name is in parentheses, and may itself hold spaces and parentheses.
  const [, fields = ''] = /^.*\) (.*)$/s.exec(textIn(`/proc/${pid}/stat`)) ?? [];
  return fields.split(' ')[START_FIELD] ?? null;
}
