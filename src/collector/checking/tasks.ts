/** What workers do for the service, by name: all that takes long for a large record. */

import { judgeText } from './judgement.ts';
import { publicRunText } from './public-run.ts';
import { readSubmission } from './submission.ts';

export const TASKS = {
  submission: readSubmission,
  /** The public forms of some runs, one in a line. */
  publicRuns: (inputs: readonly Parameters<typeof publicRunText>[0][]): string =>
    inputs.map((input) => `${publicRunText(input)}\n`).join(''),
  judgement: judgeText,
} as const;

export type TaskName = keyof typeof TASKS;
export type TaskInput<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type TaskOutput<Name extends TaskName> = ReturnType<(typeof TASKS)[Name]>;

/** A task as it is sent to a worker. */
export type Task = { readonly [Name in TaskName]: { readonly name: Name; readonly input: TaskInput<Name> } }[TaskName];

/** What a worker sends back. */
export type Done = { readonly ok: true; readonly output: unknown } | { readonly ok: false; readonly error: string };

export function perform(task: Task): TaskOutput<TaskName> {
  switch (task.name) {
    case 'submission':
      return TASKS.submission(task.input);
    case 'publicRuns':
      return TASKS.publicRuns(task.input);
    case 'judgement':
      return TASKS.judgement(task.input);
  }
}
