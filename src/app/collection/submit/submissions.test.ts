import { beforeEach, expect, test } from 'vitest';
import type { Deleted, Sent } from '../../../session/collector.ts';
import type { Prepared, Submission } from './api.ts';
import type { SubmissionStore } from './submission-store.ts';
import { createSubmissions } from './submissions.ts';

const PREPARED: Prepared = {
  ...{ id: 'abc', json: '{"record":1}', readable: '', bytes: 12, packedBytes: null },
  ...{ created: '2026-11-28T12:00:00.000Z', machine: 'RTX 4090' },
};

let kept: Map<string, { submission: Submission; json: string | undefined }>;
let answers: { sent: Sent; deleted: Deleted };
/** What was asked of the collector, and what was kept by then. */
let asked: { json: string; token: string; state: string | undefined }[];

const store: SubmissionStore = {
  all: async () => [...kept.values()].map(({ submission }) => submission),
  unsent: async (id) => kept.get(id)?.json,
  keep: async (submission, json) => {
    kept.set(submission.id, { submission, json });
    return null;
  },
  forget: async (id) => void kept.delete(id),
};

const collector = {
  submit: async (json: string, token: string) => {
    asked.push({ json, token, state: kept.get('abc')?.submission.state });
    // A collector gives the token back that it was sent.
    return answers.sent.kind === 'added' ? { ...answers.sent, token } : answers.sent;
  },
  remove: async () => answers.deleted,
};

const submissions = () => createSubmissions(collector, store, () => '2026-11-29T00:00:00.000Z');
const submission = () => kept.get('abc')?.submission;

beforeEach(() => {
  kept = new Map();
  asked = [];
  answers = { sent: { kind: 'added', id: 'abc', token: 't' }, deleted: { kind: 'deleted' } };
});

test('a run is kept with its token before it is sent', async () => {
  const { submission: now, trouble } = await submissions().submit(PREPARED, 'key');
  const token = asked[0]?.token ?? '';
  expect(token).toMatch(/^[0-9a-f]{64}$/);
  expect(asked).toEqual([{ json: PREPARED.json, token, state: 'waiting' }]);
  expect([now.state, now.token, now.key, trouble]).toEqual(['added', token, 'key', null]);
  expect(kept.get('abc')).toEqual({ submission: now, json: undefined });
});

test('without an answer it waits with the reason, and is sent on a word', async () => {
  answers.sent = { kind: 'unanswered', why: 'the collector did not answer' };
  await submissions().submit(PREPARED, 'key');
  expect(submission()).toMatchObject({ state: 'waiting', reason: 'the collector did not answer' });
  expect(kept.get('abc')?.json).toBe(PREPARED.json);
  answers.sent = { kind: 'added', id: 'abc', token: 't' };
  await submissions().sendAgain('abc');
  expect(submission()).toMatchObject({ state: 'added', reason: '', token: asked[0]?.token });
  // The answer may have been lost: the collector knows the run by its token.
  expect(asked[1]?.token).toBe(asked[0]?.token);
  expect(kept.get('abc')?.json).toBeUndefined();
});

test('one that is refused is kept with the reason', async () => {
  answers.sent = { kind: 'refused', why: 'record.seed: must be whole' };
  await submissions().submit(PREPARED, 'key');
  expect(submission()).toMatchObject({ state: 'refused', reason: 'record.seed: must be whole' });
  expect(kept.get('abc')?.json).toBe(PREPARED.json);
});

test('what others added before has no token', async () => {
  answers.sent = { kind: 'known', id: 'abc' };
  await submissions().submit(PREPARED, 'key');
  expect(submission()).toMatchObject({ state: 'known', token: '' });
});

test('a run is deleted by its token, and stays here until it is', async () => {
  await submissions().submit(PREPARED, 'key');
  answers.deleted = { kind: 'unanswered', why: 'the collector did not answer' };
  expect(await submissions().remove('abc')).toEqual({ ok: false, said: 'Not deleted: the collector did not answer.' });
  expect(submission()?.token).toBe(asked[0]?.token);
  answers.deleted = { kind: 'deleted' };
  expect(await submissions().remove('abc')).toMatchObject({ ok: true });
  expect(submission()).toBeUndefined();
  expect(await submissions().remove('abc')).toMatchObject({ ok: false });
});

test('what is not kept cannot be sent again', async () => {
  expect(await submissions().sendAgain('abc')).toBeUndefined();
  expect(asked).toEqual([]);
});
