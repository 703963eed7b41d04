/** Submitting a run, and deleting it again: what is kept of it before, between and after. No DOM. */

import { newToken } from '../../../crowd/token.ts';
import type { Collector, Sent } from '../../../session/collector.ts';
import type { Removed, Submission, Submissions, Submitted } from './api.ts';
import type { SubmissionStore } from './submission-store.ts';

type Sending = Pick<Submissions, 'submit' | 'sendAgain' | 'remove'>;

export function createSubmissions(
  collector: Pick<Collector, 'submit' | 'remove'>,
  store: SubmissionStore,
  now = (): string => new Date().toISOString(),
): Sending {
  const find = async (id: string): Promise<Submission | undefined> =>
    (await store.all()).find((submission) => submission.id === id);

  async function send(unsent: Submission, json: string): Promise<Submitted> {
    // An answer that is lost is had again with the same token.
    const before = { ...unsent, token: unsent.token || newToken() };
    // A page that is closed meanwhile has a submission in History, and not one of which nobody knows.
    await store.keep({ ...before, state: 'waiting', reason: CLOSED }, json);
    const submission = after(before, await collector.submit(json, before.token));
    const isUnsent = submission.state === 'waiting' || submission.state === 'refused';
    return { submission, trouble: await store.keep(submission, isUnsent ? json : undefined) };
  }

  return {
    async submit({ id, json, machine, created }, key) {
      const token = (await find(id))?.token ?? '';
      return send({ id, key, machine, created, at: now(), state: 'waiting', reason: '', token }, json);
    },

    async sendAgain(id) {
      const [before, json] = [await find(id), await store.unsent(id)];
      return before && json !== undefined ? send({ ...before, at: now() }, json) : undefined;
    },

    async remove(id): Promise<Removed> {
      const submission = await find(id);
      if (!submission?.token) return { ok: false, said: 'Not deleted: this browser has no token of that run.' };
      const { machine, token } = submission;
      const deleted = await collector.remove(id, token);
      if (deleted.kind === 'refused' || deleted.kind === 'unanswered') {
        return { ok: false, said: `Not deleted: ${deleted.why}.` };
      }
      await store.forget(id);
      return deleted.kind === 'gone'
        ? { ok: true, said: `The run of ${machine} was not in the collection any more.` }
        : { ok: true, said: `The run of ${machine} was deleted from the collection.` };
    },
  };
}

const CLOSED = 'the page was closed before the collector answered';

/** A submission once there is an answer, or none. */
function after(before: Submission, sent: Sent): Submission {
  switch (sent.kind) {
    case 'added':
      return { ...before, state: 'added', reason: '', token: sent.token };
    case 'known':
      return { ...before, state: 'known', reason: '', token: '' };
    case 'refused':
      return { ...before, state: 'refused', reason: sent.why };
    case 'unanswered':
      return { ...before, state: 'waiting', reason: sent.why };
  }
}
