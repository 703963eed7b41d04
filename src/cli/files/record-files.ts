/** Records by path: a file's text against the schema and its rules. */

import { readFileSync, statSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import { type Breach, checkRecord } from '../../../results/check.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { shown } from '../../../results/shown.ts';
import { UsageError } from '../errors.ts';

/**
 * Checks a file. Returns the record, if it keeps to every rule, or its problems.
 *
 * @throws UsageError if it cannot be read
 */
export function checkFile(file: string): { problems: readonly Breach[]; record?: RunRecord } {
  const text = read(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [{ path: '', rule: shown(`must be JSON: ${messageOf(error)}`) }] };
  }
  const checked = checkRecord(value);
  return checked.ok ? { problems: [], record: checked.record } : { problems: listed(checked.problems) };
}

/** The maximum number of problems of one file that are listed. */
const MAX_PROBLEMS = 100;

/** The first problems, with what they quote of the file fit to be shown. */
function listed(problems: readonly Breach[]): Breach[] {
  const first = problems.slice(0, MAX_PROBLEMS).map(({ path, rule }) => ({ path: shown(path), rule: shown(rule) }));
  const more = problems.length - first.length;
  return more > 0 ? [...first, { path: '', rule: `has ${more} more problems` }] : first;
}

/** Returns the record in the file that `flag` names. @throws UsageError with the first problem of the file */
export function recordIn(flag: string, file: string): RunRecord {
  const { problems, record } = checkFile(file);
  if (record) return record;
  const [{ path, rule } = { path: '', rule: '' }] = problems;
  throw new UsageError(`${flag} must be a record of HBMark; ${shown(file)}: ${path || 'record'}: ${rule}`);
}

/** Returns the files of a command that takes records. @throws UsageError if there are none */
export function requireFiles(command: string, files: readonly string[]): readonly string[] {
  if (files.length === 0) throw new UsageError(`name at least one record: hbmark ${command} RECORD.json`);
  return files;
}

function read(file: string): string {
  try {
    // A pipe may never end.
    if (!statSync(file).isFile()) throw new UsageError(`name a file: ${shown(file)} is none`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${shown(file)}: ${shown(messageOf(error))}`);
  }
}
