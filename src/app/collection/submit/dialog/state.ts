/** What the dialog knows that adds a run to the collection, and what a person can do in it. No DOM. */

import { computed, signal } from '@preact/signals';
import type { CollectorState, Preparing, Submission, Submissions, Submitted } from '../api.ts';

export interface Offered {
  /** The record's JSON. */
  readonly text: string;
  /** What this browser calls the run. */
  readonly key: string;
  /** The GPU's name as it is known. Empty: none. */
  readonly gpu: string;
}

export type Stage =
  /** What would be sent is shown. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'sending' }
  /** It was sent, or is kept until it can be. */
  | { readonly kind: 'answered'; readonly submitted: Submitted };

export type DialogState = ReturnType<typeof createDialog>;

export function createDialog(submissions: Submissions, { text, key, gpu }: Offered) {
  /** Undefined: it is being made. */
  const preparing = signal<Preparing | undefined>(undefined);
  const suggestions = signal<readonly string[]>([]);
  /** Undefined: it is being asked for. */
  const collector = signal<CollectorState | undefined>(undefined);
  /** The run, if it has been submitted before. */
  const before = signal<Submission | undefined>(undefined);
  const stage = signal<Stage>({ kind: 'asking' });
  /** A number that rises with each name that is typed. Earlier answers are dropped. */
  let names = 0;

  const failed = (error: unknown): Preparing => ({
    ok: false,
    why: error instanceof Error ? error.message : String(error),
  });

  async function name(typed: string): Promise<void> {
    const asked = ++names;
    const made = await submissions.prepare(text, typed).catch(failed);
    if (asked === names) preparing.value = made;
  }

  return {
    ...{ preparing, suggestions, collector, before, stage, gpu },
    /** What can be sent now: it is made, and nothing is on its way. */
    ready: computed(() =>
      preparing.value?.ok && stage.value.kind === 'asking' ? preparing.value.prepared : undefined,
    ),

    /** Makes what would be sent, and looks for who would take it. Nothing of the run leaves the browser. */
    async open(): Promise<void> {
      const listed = submissions.list().then((all) => {
        before.value = all.find((one) => one.key === key && (one.state === 'added' || one.state === 'known'));
      });
      const suggested = submissions.suggestions(text).then((found) => {
        suggestions.value = found;
      });
      const looked = submissions.collector().then((found) => {
        collector.value = found;
      });
      await Promise.allSettled([name(gpu), listed, suggested, looked]);
      // A worker that stopped says so in the place of the preview.
      collector.value ??= 'silent';
    },
    /** Takes the GPU's name as it is to be sent. */
    name,
    /** Sends what is shown. */
    async submit(): Promise<void> {
      const { value } = preparing;
      if (!value?.ok || stage.value.kind !== 'asking') return;
      stage.value = { kind: 'sending' };
      try {
        stage.value = { kind: 'answered', submitted: await submissions.submit(value.prepared, key) };
      } catch (error) {
        preparing.value = failed(error);
        stage.value = { kind: 'asking' };
      }
    },
  };
}
