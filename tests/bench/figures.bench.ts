/**
 * `npm run figures`: prints all that is derived from the committed records as one JSON document: the output of `check`,
 * `fit` and `predict`, and what the page shows. Two such documents, from before and after a change, show which figures
 * it moved. FIGURES names the file to write; without it the document goes to stdout.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkRecord } from '../../results/record/check.ts';
import { lawView } from '../../src/app/analysis/law-view.ts';
import { viewOf } from '../../src/app/analysis/view.ts';
import { DEFAULT_MODEL } from '../../src/model/models/index.ts';
import { buildIfOutdated } from '../../tools/bootstrap.mjs';

const FOLDER = 'results/data';
const TOOL = 'dist/cli/hbmark.js';
const PREDICTED = ['--model', 'llama-3.1-8b', '--model', 'gpt-oss-20b', '--context', '1024,8192', '--batch', '1,8'];

/** Returns what `hbmark ARGS` prints on stdout. */
const printed = (...args: string[]): string => execFileSync(process.execPath, [TOOL, ...args], { encoding: 'utf8' });

test('figures of every committed record', { timeout: 1_200_000 }, () => {
  buildIfOutdated();
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /^\d{4}.*\.json$/.test(name),
  );
  expect(files.length).toBeGreaterThan(0);
  const all = files.sort().map((name) => {
    const file = `${FOLDER}/${name}`;
    const checked = checkRecord(JSON.parse(readFileSync(file, 'utf8')));
    if (!checked.ok) throw new Error(`${file} fails its check: ${JSON.stringify(checked.problems)}`);
    const { record } = checked;
    const run = { clock: record.clock, measurements: record.measurements, decode: record.decode ?? [], record };
    return {
      file,
      check: JSON.parse(printed('check', '--json', file)),
      view: viewOf(run, DEFAULT_MODEL),
      law: lawView(run),
      fit: JSON.parse(printed('fit', '--json', '--memory', '8', file)),
      fitText: printed('fit', '--memory', '8', file).split('\n'),
      predict: JSON.parse(printed('predict', '--json', '--record', file, '--memory', '8', ...PREDICTED)),
      predictText: printed('predict', '--record', file, '--memory', '8', ...PREDICTED).split('\n'),
    };
  });
  const document = `${JSON.stringify(all, null, 1)}\n`;
  const { FIGURES } = process.env;
  if (FIGURES === undefined) process.stdout.write(document);
  else writeFileSync(FIGURES, document);
});
