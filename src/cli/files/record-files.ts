/** Records by path: a file's text against the schema and its rules. */

import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import type { Breach } from '../../../results/record/breach.ts';
import { checkRecordText } from '../../../results/record/record-text.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import { textOf } from '../../../results/text/encodings.ts';
import { KIND_BYTES, kindOf } from '../../../results/text/file-kind.ts';
import { shown } from '../../../results/text/shown.ts';
import { UsageError } from '../errors.ts';

/**
 * Checks a file. Returns the record, if it keeps to every rule, or its problems.
 *
 * @throws UsageError if it cannot be read
 */
export function checkFile(file: string): CheckedFile {
  const bytes = read(file);
  const kind = kindOf(bytes.subarray(0, KIND_BYTES));
  return kind ? { problems: [{ path: '', rule: `must be JSON; it is ${kind.is}` }] } : checkText(textOf(bytes));
}

interface CheckedFile {
  readonly problems: readonly Breach[];
  /** The record, and the text that it was read from. */
  readonly record?: RunRecord;
  readonly text?: string;
}

function checkText(text: string): CheckedFile {
  const checked = checkRecordText(text);
  if (checked.ok) return { problems: [], record: checked.record, text };
  // Rules quote what they met in the file.
  return {
    problems: checked.problems.map(({ path, rule }) => ({ path: shown(path, MAX_PATH), rule: shown(rule, MAX_RULE) })),
  };
}

/** The maximum lengths of what a message of 300 characters quotes: a place and a rule, or a file's name and a reason. */
const [MAX_PATH, MAX_RULE] = [50, 210];
const [MAX_NAME, MAX_REASON] = [100, 160];

/** Returns the record in the file that `flag` names. @throws UsageError with the first problem of the file */
export const recordIn = (flag: string, file: string): RunRecord => writtenIn(flag, file).record;

/**
 * Returns the record in the file that `flag` names, and its JSON as it was written, which alone its id is of.
 *
 * @throws UsageError with the first problem of the file
 */
export function writtenIn(flag: string, file: string): { readonly record: RunRecord; readonly json: unknown } {
  const { problems, record, text } = checkFile(file);
  if (record && text !== undefined) return { record, json: JSON.parse(text) };
  const [{ path, rule } = { path: '', rule: '' }] = problems;
  throw new UsageError(`${flag} must be a record of HBMark; ${shown(file, MAX_NAME)}: ${path || 'record'}: ${rule}`);
}

/** Returns the files of a command that takes records. @throws UsageError if there are none */
export function requireFiles(command: string, files: readonly string[]): readonly string[] {
  if (files.length === 0) throw new UsageError(`name at least one record: hbmark ${command} RECORD.json`);
  return files;
}

function read(file: string): Uint8Array {
  try {
    // A pipe may never end.
    if (!statSync(file).isFile()) throw new UsageError(`name a file: ${shown(file, MAX_NAME)} is none`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${shown(file, MAX_NAME)}: ${shown(messageOf(error), MAX_REASON)}`);
  }
}
