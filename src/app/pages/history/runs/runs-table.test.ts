import { expect, test } from 'vitest';
import { headText } from '../../../charts/table/table.ts';
import type { ShelfRun } from '../../../shelf/api.ts';
import { runsTable } from './runs-table.ts';

const run: ShelfRun = {
  ...{ key: 'k', origin: 'own', name: 'Mine', created: '2026-11-28T12:00:00.000Z', profile: 'quick', models: [] },
  ...{ done: 19, cases: 19, file: '', kept: true },
};

const gbps = { value: 412, ci95: [400, 420] as const };

test('a row for each run, with what is known of it so far', () => {
  const facts = {
    ...{ gpu: 'RTX 4090', isSoftware: false, host: 'Chrome 149', gbps },
    tokens: { figure: { value: 71, ci95: null }, kind: 'atMost' as const, of: 'Llama 3.1 8B int4' },
  };
  const stopped = { ...run, key: 'l', name: '', done: 3, file: 'run.json' };
  const { head, rows } = runsTable([run, stopped], new Map([['k', facts]]));
  const [known, unknown] = rows.map((row) => Object.fromEntries(head.map((column, i) => [headText(column), row[i]])));
  expect(known).toMatchObject({
    ...{ run: 'Mine', GPU: 'RTX 4090', 'memory, GB/s': gbps, 'writes, tokens/s': facts.tokens.figure },
    ...{ 'measured or at most': 'at most', date: run.created, status: 'whole', 'software adapter': '' },
  });
  expect(unknown).toMatchObject({ run: 'quick run', 'memory, GB/s': undefined, status: 'stopped: 3 of 19' });
  for (const row of rows) expect(row).toHaveLength(head.length);
});
