/** `hbmark check`: is this file a record of HBMark, whole and unchanged? The same validator that takes submissions. */

import { readFileSync } from 'node:fs';
import { messageOf } from '../../../harness/errors.ts';
import { checkRecord, type Problem } from '../../../results/check.ts';
import { labelsOf } from '../../../results/labels.ts';
import type { RunRecord } from '../../../results/schema.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';

export function check(files: readonly string[], { json }: { json?: boolean }): ExitCode {
  if (files.length === 0) throw new UsageError('name at least one record: hbmark check RECORD.json');
  const results = files.map((file) => ({ file, ...checkFile(file) }));
  if (json) {
    const documents = results.map(({ file, problems, record }) => ({
      file,
      ok: problems.length === 0,
      id: record?.id ?? null,
      problems,
      labels: record ? labelsOf(record) : [],
    }));
    console.log(JSON.stringify(documents, null, 2));
  } else {
    for (const { file, problems, record } of results) {
      if (record) console.log(`${file}: ok (${record.id.slice(0, 12)})`);
      for (const { path, rule } of problems) console.log(`${file}: ${path || 'record'}: ${rule}`);
      for (const { title, reason } of record ? labelsOf(record) : []) console.log(`  ${title}: ${reason}`);
    }
  }
  return results.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.wrong;
}

/** A file against the schema and its rules; the record, where it keeps to them. @throws UsageError where it cannot be read. */
export function checkFile(file: string): { problems: readonly Problem[]; record?: RunRecord } {
  const text = read(file);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [{ path: '', rule: `must be JSON: ${messageOf(error)}` }] };
  }
  const checked = checkRecord(value);
  return checked.ok ? { problems: [], record: checked.record } : { problems: checked.problems };
}

/** The record in the file that `flag` names. @throws UsageError naming the first thing that is wrong with it. */
export function recordIn(flag: string, file: string): RunRecord {
  const { problems, record } = checkFile(file);
  if (record) return record;
  const [{ path, rule } = { path: '', rule: '' }] = problems;
  throw new UsageError(`${flag} must be a record of HBMark; ${file}: ${path || 'record'}: ${rule}`);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
  }
}
