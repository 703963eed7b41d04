/** `hbmark check`: says whether files are records of HBMark, valid and unchanged. */

import { labelsOf } from '../../../results/labels/index.ts';
import { shown } from '../../../results/text/shown.ts';
import { READER } from '../../session/reader.ts';
import { EXIT } from '../errors.ts';
import { checkFile, requireFiles } from '../files/record-files.ts';
import { isOn } from '../flags.ts';
import { JSON_OUTPUT } from '../options.ts';
import { print, printJson } from '../text/print.ts';
import type { Command } from './command.ts';

/** The maximum length of a label's line. */
const MAX_LABEL = 1000;

interface CheckInput {
  readonly files: readonly string[];
  readonly json: boolean;
}

export const check = {
  name: 'check',
  args: '[...records]',
  help: 'Check that records are valid and unchanged',
  options: [JSON_OUTPUT],

  parse(files, flags) {
    return { files: requireFiles('check', files), json: isOn(JSON_OUTPUT, flags) };
  },

  run({ files, json }) {
    const results = files.map((file) => ({ file, ...checkFile(file) }));
    if (json) {
      const documents = results.map(({ file, problems, record }) => ({
        file,
        ok: problems.length === 0,
        id: record?.id ?? null,
        problems,
        labels: record ? labelsOf(record, READER) : [],
      }));
      printJson(documents);
    } else {
      for (const { file, problems, record } of results) {
        const name = shown(file);
        if (record) print(`${name}: ok (${record.id.slice(0, 12)})`);
        for (const { path, rule } of problems) print(`${name}: ${path || 'record'}: ${rule}`);
        for (const { title, reason } of record ? labelsOf(record, READER) : [])
          print(shown(`  ${title}: ${reason}`, MAX_LABEL));
      }
    }
    return results.every(({ problems }) => problems.length === 0) ? EXIT.done : EXIT.wrong;
  },
} satisfies Command<CheckInput>;
