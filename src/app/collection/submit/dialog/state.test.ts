import { expect, test } from 'vitest';
import type { Prepared, Submission, Submissions } from '../api.ts';
import { createDialog } from './state.ts';

const prepared = (gpu: string): Prepared => ({
  ...{ id: `id of ${gpu}`, json: '{}', readable: '{}', bytes: 2, packedBytes: null },
  ...{ created: '2026-11-28T12:00:00.000Z', machine: gpu },
});

const submission: Submission = {
  ...{ id: 'x', key: 'k', machine: 'X', created: '2026-11-28T12:00:00.000Z', at: '2026-11-29T12:00:00.000Z' },
  ...{ state: 'added', reason: '', token: 't' },
};

/** Submissions in memory, and what was sent. */
function fake(changes: Partial<Submissions> = {}) {
  const sent: string[] = [];
  const submissions: Submissions = {
    prepare: async (_, gpu) => ({ ok: true, prepared: prepared(gpu) }),
    suggestions: async () => ['RTX 4090'],
    collector: async () => 'there',
    async submit({ id }) {
      sent.push(id);
      return { submission, trouble: null };
    },
    list: async () => [],
    sendAgain: async () => undefined,
    remove: async () => ({ ok: true, said: '' }),
    forget: async () => {},
    ...changes,
  };
  return { sent, dialog: createDialog(submissions, { text: '{}', key: 'k', gpu: 'old' }) };
}

test('opening it shows what would be sent, and sends nothing', async () => {
  const { sent, dialog } = fake();
  await dialog.open();
  expect(dialog.ready.value?.id).toBe('id of old');
  expect([dialog.collector.value, dialog.suggestions.value, dialog.before.value]).toEqual([
    ...['there', ['RTX 4090'], undefined],
  ]);
  expect(sent).toEqual([]);
});

test('what is sent is what is shown, once', async () => {
  const { sent, dialog } = fake();
  await dialog.open();
  await dialog.name('new');
  await Promise.all([dialog.submit(), dialog.submit()]);
  expect(sent).toEqual(['id of new']);
  expect(dialog.stage.value).toMatchObject({ kind: 'answered', submitted: { submission } });
});

test('of two names that are typed at once, the last one counts', async () => {
  const waits: (() => void)[] = [];
  const { dialog } = fake({
    prepare: (_, gpu) =>
      new Promise((resolve) => {
        waits.push(() => resolve({ ok: true, prepared: prepared(gpu) }));
      }),
  });
  const both = [dialog.name('first'), dialog.name('second')];
  for (const answer of waits.toReversed()) answer();
  await Promise.all(both);
  expect(dialog.ready.value?.id).toBe('id of second');
});

test('a run that was submitted before is known', async () => {
  const { dialog } = fake({ list: async () => [{ ...submission, key: 'other' }, submission] });
  await dialog.open();
  expect(dialog.before.value).toBe(submission);
});

test('a worker that is gone is said, and nothing counts as sent', async () => {
  const gone = () => Promise.reject(new Error('it stopped'));
  const { dialog } = fake({ prepare: gone, suggestions: gone, collector: gone, list: gone });
  await dialog.open();
  expect(dialog.preparing.value).toEqual({ ok: false, why: 'it stopped' });
  expect([dialog.collector.value, dialog.ready.value]).toEqual(['silent', undefined]);
  const stops = fake({ submit: gone });
  await stops.dialog.open();
  await stops.dialog.submit();
  expect(stops.dialog.stage.value).toEqual({ kind: 'asking' });
  expect(stops.dialog.preparing.value).toEqual({ ok: false, why: 'it stopped' });
});
