import { expect, test } from 'vitest';
import record from '../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { checkRecordText } from '../../../../results/record/record-text.ts';
import { contributionOf } from './contribution.ts';
import { prepare } from './prepare.ts';

test('the file is the record that would be sent, where the repository has it', async () => {
  const made = await prepare(JSON.stringify(record), 'RTX 4090');
  if (!made.ok) throw new Error(made.why);
  const { name, path, text } = contributionOf(made.prepared);
  expect([name, path]).toEqual([`${made.prepared.id}.json`, `results/data/2026/${made.prepared.id}.json`]);
  expect(checkRecordText(text)).toMatchObject({ ok: true, record: { reported: { gpu: 'RTX 4090' } } });
});
