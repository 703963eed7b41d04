/**
 * A run of the collection as everybody may see it. A text that somebody may have chosen is not in it: so it is no record
 * whose id can be checked, and only its numbers are whole.
 */

import { z } from 'zod';
import { MAX_RECORD_BYTES } from '../../../../results/record/bounds.ts';
import { checkRecord } from '../../../../results/record/check.ts';
import { recordId } from '../../../../results/record/digest.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import type { Reason, Status } from '../../../crowd/row.ts';

export interface PublicRun {
  /** With the id that it has in the collection. */
  readonly record: RunRecord;
  /** Its JSON, as a record whose id is that of its content: where a text is withheld, it is another. */
  readonly text: string;
  readonly status: Status;
  readonly reasons: readonly Reason[];
}

export type PublicRunAnswer =
  | { readonly kind: 'found'; readonly run: PublicRun }
  | { readonly kind: 'none' }
  | { readonly kind: 'unanswered'; readonly why: string };

/** What the id of a record looks like: nothing else is asked for. */
export const isRecordId = (key: string): boolean => /^[0-9a-f]{64}$/.test(key);

/** The time after which an answer is not waited for any more. */
const MAX_ANSWER_MS = 60_000;

const runSchema = z.object({
  status: z.enum(['quarantined', 'plausible', 'reproduced', 'rejected']),
  reasons: z.array(z.object({ rule: z.string().max(200), text: z.string().max(2000) })).max(100),
  record: z.looseObject({ id: z.string() }),
  /** Where a text is withheld: `events[].detail`. */
  withheld: z.array(z.string().max(500)).max(1000),
});

/** @param site the address of the site's first page */
export async function publicRun(
  site: string,
  id: string,
  ask: typeof fetch = (...args) => fetch(...args),
): Promise<PublicRunAnswer> {
  try {
    const response = await ask(new URL(`v1/runs/${id}`, site), {
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-cache' },
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
    });
    if (response.status === 429 || response.status >= 500) {
      return { kind: 'unanswered', why: `the collector cannot answer just now (${response.status})` };
    }
    if (!response.ok) return { kind: 'none' };
    const text = await response.text();
    return text.length > MAX_RECORD_BYTES
      ? { kind: 'unanswered', why: 'what it sends is too long' }
      : readRun(text, id);
  } catch {
    return { kind: 'unanswered', why: 'the collector did not answer' };
  }
}

function readRun(text: string, id: string): PublicRunAnswer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // A host of files may answer any address with a page.
    return { kind: 'none' };
  }
  const parsed = runSchema.safeParse(value);
  if (!parsed.success || parsed.data.record.id !== id) {
    return { kind: 'unanswered', why: 'the collector answers in a form that this page does not know' };
  }
  const { record, withheld, status, reasons } = parsed.data;
  const filled = withheld.length === 0 ? record : asRecord(record, new Set(withheld));
  const checked = checkRecord(filled);
  if (checked.ok)
    return { kind: 'found', run: { record: { ...checked.record, id }, text: JSON.stringify(filled), status, reasons } };
  const [{ path, rule } = { path: '', rule: 'it breaks a rule' }] = checked.problems;
  return { kind: 'unanswered', why: `the run cannot be shown: ${path} ${rule}` };
}

/** What stands in the place of a text that is withheld, where there has to be one. */
const WITHHELD = 'withheld';

/** A public form as a record again, of another id: what names a machine is empty, and all else says that it is withheld. */
function asRecord(record: Readonly<Record<string, unknown>>, withheld: ReadonlySet<string>): { id: string } {
  const filled = (value: unknown, path: string): unknown => {
    if (value === null && withheld.has(path)) return path.startsWith('adapter.') ? '' : WITHHELD;
    if (Array.isArray(value)) return value.map((item) => filled(item, `${path}[]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
        const within = path ? `${path}.${name}` : name;
        // What a person may leave out is left out.
        if (item === null && path === 'reported' && withheld.has(within)) return [];
        return [[name, filled(item, within)]];
      }),
    );
  };
  const body = { ...Object(filled(record, '')), id: '' };
  return { ...body, id: recordId(body) };
}
