/** What the terminal and its engine in Deno tell each other: JSON, one message a line, on Deno's stdin and stdout. */

import type { RecordBody } from '../../../../results/record/schema.ts';
import type { RunSessionOptions, SessionOptions } from '../host.ts';

/** The first line that Deno gets. The lines that follow are `CANCEL`. */
export type DenoRequest =
  | ({ readonly kind: 'run'; readonly keeps: boolean } & Pick<
      RunSessionOptions,
      'params' | 'models' | 'resume' | 'otherRun'
    >)
  | ({ readonly kind: 'tune' } & Pick<SessionOptions, 'params'>);

/** Ends a session with what it has. */
export const CANCEL = 'cancel';

/** A line of Deno's. `Event` is that of a run or of tuning. */
export type DenoMessage<Event> =
  | { readonly type: 'event'; readonly event: Event }
  /** The run so far. */
  | { readonly type: 'keep'; readonly body: RecordBody }
  | { readonly type: 'error'; readonly error: { readonly code: string; readonly message: string } }
  | { readonly type: 'end' };
