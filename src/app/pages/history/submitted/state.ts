/** What the history page knows of runs that were added to the collection, and what a person can do. No DOM. */

import { signal } from '@preact/signals';
import type { Submission, Submissions } from '../../../collection/submit/api.ts';

export type SubmittedState = ReturnType<typeof createSubmitted>;

type Kept = Pick<Submissions, 'list' | 'sendAgain' | 'remove' | 'forget'>;

export function createSubmitted(kept: Kept) {
  const submissions = signal<readonly Submission[]>([]);
  /** The ids of those that a collector is being asked about. */
  const busy = signal<ReadonlySet<string>>(new Set());
  /** A line about what was done last. Empty: nothing to say. */
  const said = signal('');

  const fail = (error: unknown): void => {
    said.value = `That did not work: ${error instanceof Error ? error.message : error}.`;
  };

  async function read(): Promise<void> {
    try {
      submissions.value = await kept.list();
    } catch (error) {
      fail(error);
    }
  }

  /** Does something with a submission, once at a time, and says what became of it. */
  async function act(id: string, work: () => Promise<string>): Promise<void> {
    if (busy.value.has(id)) return;
    busy.value = new Set([...busy.value, id]);
    said.value = '';
    try {
      said.value = await work();
    } catch (error) {
      fail(error);
    } finally {
      busy.value = new Set([...busy.value].filter((one) => one !== id));
    }
    await read();
  }

  return {
    ...{ submissions, busy, said, read },

    sendAgain: ({ id, machine }: Submission) =>
      act(id, async () => {
        const sent = await kept.sendAgain(id);
        if (!sent) return 'Not sent: what would be sent is not kept here any more.';
        const { state, reason } = sent.submission;
        if (state === 'waiting') return `Not sent: ${reason}.`;
        if (state === 'refused') return `The collector did not take it: ${reason}.`;
        return state === 'added'
          ? `The run of ${machine} is in the collection.`
          : `The run of ${machine} was in the collection already.`;
      }),

    remove: ({ id }: Submission) => act(id, async () => (await kept.remove(id)).said),

    forget: ({ id, machine, state }: Submission) =>
      act(id, async () => {
        await kept.forget(id);
        return state === 'known'
          ? 'The line is gone. The run stays in the collection.'
          : `The run of ${machine} will not be sent.`;
      }),
  };
}
