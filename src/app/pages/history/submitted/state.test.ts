import { beforeEach, expect, test } from 'vitest';
import type { Removed, Submission, Submitted } from '../../../collection/submit/api.ts';
import { createSubmitted, type SubmittedState } from './state.ts';

const waiting: Submission = {
  ...{ id: 'x', key: 'k', machine: 'RTX 4090', created: '2026-11-28T12:00:00.000Z', at: '2026-11-29T12:00:00.000Z' },
  ...{ state: 'waiting', reason: 'the collector did not answer', token: '' },
};
const added: Submission = { ...waiting, state: 'added', reason: '', token: 't' };

let kept: Submission[];
let sent: Submitted | undefined;
let removed: Removed;
let asked: number;
let state: SubmittedState;

beforeEach(async () => {
  kept = [waiting];
  asked = 0;
  sent = { submission: added, trouble: null };
  removed = { ok: true, said: 'The run of RTX 4090 was deleted from the collection.' };
  state = createSubmitted({
    list: async () => kept,
    async sendAgain() {
      asked++;
      if (sent) kept = [sent.submission];
      return sent;
    },
    async remove() {
      if (removed.ok) kept = [];
      return removed;
    },
    async forget() {
      kept = [];
    },
  });
  await state.read();
});

test('one that waits is sent on a word', async () => {
  await state.sendAgain(waiting);
  expect(state.submissions.value).toEqual([added]);
  expect(state.said.value).toBe('The run of RTX 4090 is in the collection.');
});

test.each([
  [{ ...waiting }, 'Not sent: the collector did not answer.'],
  [{ ...waiting, state: 'refused', reason: 'too large' }, 'The collector did not take it: too large.'],
  [{ ...waiting, state: 'known', reason: '' }, 'The run of RTX 4090 was in the collection already.'],
] as const)('one that is still not in the collection says why', async (submission, said) => {
  sent = { submission, trouble: null };
  await state.sendAgain(waiting);
  expect(state.said.value).toBe(said);
});

test('a deletion says what became of it, and the line stays until it is done', async () => {
  kept = [added];
  removed = { ok: false, said: 'Not deleted: the collector did not answer.' };
  await state.remove(added);
  expect(state.said.value).toBe(removed.said);
  expect(state.submissions.value).toEqual([added]);
  removed = { ok: true, said: 'Deleted.' };
  await state.remove(added);
  expect(state.submissions.value).toEqual([]);
});

test('each is asked about once at a time', async () => {
  const both = [state.sendAgain(waiting), state.sendAgain(waiting)];
  expect(state.busy.value).toEqual(new Set(['x']));
  await Promise.all(both);
  expect([state.busy.value, asked]).toEqual([new Set(), 1]);
  sent = undefined;
  await state.sendAgain(waiting);
  expect(state.said.value).toMatch(/^Not sent/);
});

test('a worker that is gone is said', async () => {
  const gone = () => Promise.reject(new Error('it stopped'));
  const broken = createSubmitted({ list: gone, sendAgain: gone, remove: gone, forget: gone });
  await broken.read();
  expect(broken.said.value).toBe('That did not work: it stopped.');
});
