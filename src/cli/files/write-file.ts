/** Writes files so that neither a full disk nor a killed process leaves half of one. */

import {
  appendFileSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** The names that a process has for its open files: they may lead to a file, which is not ours to replace. */
const OPEN_FILES = /^\/(dev\/(std(out|err)|fd\/\d+)|proc\/[^/]+\/fd\/\d+)$/;

/** The system's codes for what a person may not do in a folder. */
const REFUSALS: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS'];

/** Says whether a path is a device or a pipe: it is written directly, and nothing is put beside it. */
export function isStream(path: string): boolean {
  const found = statOf(path);
  return OPEN_FILES.test(path) || (found !== undefined && !found.isFile() && !found.isDirectory());
}

/**
 * Writes a file whole: to a temporary file beside it, then to the disk (fsync), then by rename into its place. The target
 * of a link is written, and the link stays. A file in a folder that takes no other file is written in place.
 *
 * @param mode of a file that is not there yet
 * @throws Error with the system's reason; what was in the file before is then still there, if the folder can be written
 */
export function writeWhole(path: string, text: string, mode?: number): void {
  if (isStream(path)) {
    appendFileSync(path, text);
    return;
  }
  const before = statOf(path);
  const target = before ? realpathSync(path) : path;
  const temporary = `${target}.${process.pid}.new`;
  try {
    writeThrough(temporary, text, before?.mode ?? mode);
    renameSync(temporary, target);
  } catch (error) {
    removeIfThere(temporary);
    if (!before?.isFile() || !REFUSALS.includes(codeOf(error))) throw error;
    writeThrough(target, text);
    return;
  }
  syncFolder(dirname(target));
}

/**
 * Writes a file into a new folder for temporary files, after it could not be written where it belongs. Returns its path;
 * undefined if it cannot be written there either.
 */
export function writeElsewhere(path: string, text: string): string | undefined {
  try {
    // A folder of its own, which nobody else can have made.
    const elsewhere = join(mkdtempSync(join(tmpdir(), 'hbmark-')), basename(path));
    writeWhole(elsewhere, text);
    return elsewhere;
  } catch {
    return undefined;
  }
}

/** Removes a file. Does nothing if it is not there, or cannot be removed. */
export function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What stays is a file too many, and nothing is lost.
  }
}

function writeThrough(path: string, text: string, mode?: number): void {
  const file = openSync(path, 'w', mode);
  try {
    writeFileSync(file, text);
    // A full disk may say so only here.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes a rename last. Windows, and some file systems, cannot: there it lasts when the system says so. */
function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, 'r');
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch {
    // The file itself has been written.
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

const codeOf = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;
