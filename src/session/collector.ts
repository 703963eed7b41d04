/**
 * A collector's HTTP interface, as whoever submits a run uses it: `v1/` below the address of its page. Nothing throws: an
 * outcome is data. Nothing is tried twice.
 */

import { z } from 'zod';
import { shown } from '../../results/text/shown.ts';

export type Sent =
  | { readonly kind: 'added'; readonly id: string; readonly token: string }
  /** It was there already, with another token. */
  | { readonly kind: 'known'; readonly id: string }
  /** It would be refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** There was no answer, or only that there will be one later. */
  | { readonly kind: 'unanswered'; readonly why: string };

export type Deleted =
  | { readonly kind: 'deleted' }
  /** It is not in the collection, and may never have been. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unanswered'; readonly why: string };

export interface Collector {
  /**
   * Sends a submission: a consent's version and a record, as JSON.
   * @param token deletes the run once it is there. With the same token, a run can be sent again
   */
  submit(json: string, token: string): Promise<Sent>;
  /** Deletes a run by the token that was given for it. */
  remove(id: string, token: string): Promise<Deleted>;
}

/** The time after which an answer is not waited for any more. The largest record at 1 Mbit/s takes some 30 s. */
const MAX_ANSWER_MS = 120_000;

/** The most that is read of an answer, in bytes: a run's id and token, or a problem with a few rules. */
const MAX_ANSWER = 20_000;

/** The most of broken rules that are shown. */
const MAX_RULES = 3;

/** The id of a record: a hash, and so nothing that could be a path or an address. */
const id = z.string().regex(/^[0-9a-f]{64}$/);
const addedSchema = z.object({ id, token: z.string().min(1).max(500) });
const knownSchema = z.object({ id });

/** A problem document (RFC 9457), as far as it is shown. */
const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string().optional(), rule: z.string() })).optional(),
});

interface Answer {
  readonly response: Response;
  /** Its JSON; undefined: it is none, or longer than any answer of a collector. */
  readonly json: unknown;
}

/** The collector whose page is at `site`, an address that ends with a slash. */
export function collectorAt(site: URL): Collector {
  return {
    async submit(json, token) {
      const answer = await ask(new URL('v1/runs', site), {
        method: 'POST',
        headers: {
          ...{ 'content-type': 'application/json', 'content-encoding': 'gzip' },
          authorization: `Bearer ${token}`,
        },
        body: await gzipped(json),
      });
      if ('why' in answer) return { kind: 'unanswered', ...answer };
      const { response } = answer;
      if (response.status === 201) {
        const added = addedSchema.safeParse(answer.json);
        if (added.success) return { kind: 'added', ...added.data };
      } else if (response.status === 200) {
        const known = knownSchema.safeParse(answer.json);
        if (known.success) return { kind: 'known', ...known.data };
      } else if (isProblem(response) && !isBusy(response)) return { kind: 'refused', why: problemText(answer) };
      return { kind: 'unanswered', why: unusableText(answer) };
    },

    async remove(id, token) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await ask(new URL(`v1/runs/${encodeURIComponent(id)}`, site), { method: 'DELETE', headers });
      if ('why' in answer) return { kind: 'unanswered', ...answer };
      const { response } = answer;
      if (response.ok) return { kind: 'deleted' };
      // A host without a collector has nothing at this address either: only a problem document says that a run is gone.
      if (!isProblem(response) || isBusy(response)) return { kind: 'unanswered', why: unusableText(answer) };
      return response.status === 404 ? { kind: 'gone' } : { kind: 'refused', why: problemText(answer) };
    },
  };
}

async function gzipped(text: string): Promise<Blob> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Response(stream).blob();
}

async function ask(address: URL, init: RequestInit): Promise<Answer | { readonly why: string }> {
  try {
    const response = await fetch(address, {
      ...init,
      // Nothing else is sent along, and nothing is sent to where the collector may point.
      ...{ credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store', redirect: 'manual' },
      signal: AbortSignal.timeout(MAX_ANSWER_MS),
    });
    return { response, json: await jsonOf(response) };
  } catch (error) {
    const cause = shown(causeOf(error));
    return { why: cause ? `nothing answers there (${cause})` : 'nothing answers there' };
  }
}

/** Node puts the reason into the cause: `connect ECONNREFUSED 127.0.0.1:4173`. Browsers give none. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  // A browser that could not connect says “Failed to fetch”, of which nobody learns anything.
  if (!(cause instanceof Error)) return error instanceof TypeError ? '' : error.message;
  return cause.message || ('code' in cause ? String(cause.code) : error.message);
}

async function jsonOf(response: Response): Promise<unknown> {
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    if (text.length > MAX_ANSWER) {
      await reader.cancel();
      return undefined;
    }
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the server cannot answer just now. */
const isBusy = ({ status }: Response): boolean => status === 408 || status === 429 || status >= 500;

const isProblem = ({ headers }: Response): boolean =>
  /^application\/problem\+json/i.test(headers.get('content-type') ?? '');

/** The collector's own words, of which nothing is believed but that they are words. */
function problemText({ response, json }: Answer): string {
  const { title, detail, errors = [] } = problemSchema.safeParse(json).data ?? {};
  const rules = errors.slice(0, MAX_RULES).map(({ path, rule }) => [path, rule].filter(Boolean).join(': '));
  const words = [detail ?? title, ...rules].filter((text) => text !== undefined && text !== '');
  return shown(words.length > 0 ? words.join('; ') : `it answered ${response.status}`);
}

function unusableText(answer: Answer): string {
  const { response } = answer;
  if (isBusy(response)) {
    const seconds = Number(response.headers.get('retry-after'));
    const when = Number.isFinite(seconds) && seconds > 0 ? `try again in ${Math.ceil(seconds)} s` : 'try again later';
    const why = response.status === 429 ? 'it takes no more runs from here for a while' : problemText(answer);
    return `${why}; ${when}`;
  }
  const elsewhere = response.headers.get('location');
  if (response.status >= 300 && response.status < 400 && elsewhere !== null) {
    return `it points to ${shown(elsewhere)}: name that address if you trust it`;
  }
  return `there is no collector at this address: it answered ${response.status}`;
}
