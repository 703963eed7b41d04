/**
 * `npm run validate:configs`: every configuration of ../shared/data/configs: parameters against the number in its name
 * or on its card, bytes of a step's weights, and of caches and states at two contexts. It writes the table of
 * docs/configs.md anew.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesText, significant } from '../../results/text/figures.ts';
import { modelOfConfig } from '../../src/model/files/config.ts';
import { weightsOfConfig } from '../../src/model/files/quantised-config.ts';
import { ModelFileError } from '../../src/model/files/source.ts';
import {
  kvBytesHeld,
  parameters,
  shareRead,
  weightBytesHeld,
  weightBytesRead,
} from '../../src/model/models/accounting.ts';
import { allIn, tensorsIn } from '../../src/model/models/tensors.ts';
import { CONFIGURATIONS, type Configuration, configurations, KNOWN } from '../support/models/configurations.ts';

const DOC = 'docs/configs.md';
const MARK = '<!-- npm run validate:configs writes what follows -->\n';
const CONTEXTS = [8192, 131_072] as const;

function cellsOf({ name, json }: Configuration): string[] {
  try {
    const model = modelOfConfig(json, { id: name, source: name });
    const own = weightsOfConfig(model, json);
    const tensors = own?.tensors ?? tensorsIn(model, allIn('bf16'));
    const [known, says = 'none'] = KNOWN[name] ?? [];
    const count = parameters(model);
    return [
      ...[name.replace('--', '/'), `${significant(count / 1e9, 4)} B`, says, count === known ? 'exact' : 'differs'],
      ...[own?.quantisation ?? '16 bits', bytesText(weightBytesHeld(tensors)), bytesText(weightBytesRead(tensors, 1))],
      ...CONTEXTS.map((context) => bytesText(kvBytesHeld(model, context, 'f16', 'window'))),
      significant(shareRead(model, CONTEXTS[1], 'f16')),
    ];
  } catch (error) {
    if (!(error instanceof ModelFileError)) throw error;
    return [name.replace('--', '/'), error.message, ...Array.from({ length: 8 }, () => '')];
  }
}

const HEADER = [
  ...[
    'configuration',
    'parameters',
    'name or card',
    'against the reference',
    'quantisation',
    'weights',
    'read at batch 1',
  ],
  ...['kept at 8k', 'at 128k', 'ρ at 128k'],
];

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

test('every configuration is read, with the right number of parameters', { timeout: 300_000 }, () => {
  const all = configurations();
  expect(all.length, `configurations in ${CONFIGURATIONS}`).toBeGreaterThan(0);
  const rows = all.map(cellsOf);
  const table = [row(HEADER), row(HEADER.map(() => '---')), ...rows.map(row)].join('\n');
  console.log(table);
  const right = rows.filter(([, , , verdict]) => verdict === 'exact').length;
  console.log(`\n${right} of ${all.length} read and right`);
  const [about = ''] = readFileSync(DOC, 'utf8').split(MARK);
  writeFileSync(
    DOC,
    `${about}${MARK}\n${right} of ${all.length} are read, with exactly the parameters of the reference.\n\n${table}\n`,
  );
  expect(right).toBeGreaterThanOrEqual(all.length - 3);
});
