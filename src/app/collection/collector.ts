/** A collector's HTTP interface as the page uses it, at `v1/` of the site. Nothing throws: an outcome is data. */

import { z } from 'zod';
import { shown } from '../../../results/shown.ts';
import { canPack, packed } from '../share/deflate.ts';
import type { CollectorState } from './api.ts';

export type Sent =
  | { readonly kind: 'added'; readonly id: string; readonly token: string }
  /** It was there already: the token is whoever's that sent it first. */
  | { readonly kind: 'known'; readonly id: string }
  /** It would be refused again. */
  | { readonly kind: 'refused'; readonly why: string }
  /** There was no answer, or only that there will be one later. */
  | { readonly kind: 'unanswered'; readonly why: string };

export type Deleted =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unanswered'; readonly why: string };

export interface Collector {
  state(): Promise<CollectorState>;
  /** Sends a submission's JSON. */
  submit(json: string): Promise<Sent>;
  /** Deletes a run by its token. */
  remove(id: string, token: string): Promise<Deleted>;
}

/** The time after which an answer is not waited for any more. The largest record at 1 Mbit/s takes some 30 s. */
const MAX_ANSWER_MS = 120_000;

/** The most that is read of an answer, in characters: a run's id and token, or a problem with a few rules. */
const MAX_ANSWER = 20_000;

/** The most of broken rules that are shown. */
const MAX_RULES = 3;

const addedSchema = z.object({ id: z.string().max(200), token: z.string().min(1).max(500) });
const knownSchema = z.object({ id: z.string().max(200) });
const listSchema = z.object({ runs: z.array(z.unknown()) });

/** A problem document (RFC 9457), as far as it is shown. */
const problemSchema = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string().optional(), rule: z.string() })).optional(),
});

const SILENT = 'the collector did not answer';
const NONE = 'this site has no collector';

/** @param site the address of the site's first page */
export function createCollector(site: string, ask: typeof fetch = (...args) => fetch(...args)): Collector {
  const request = async (path: string, init: RequestInit = {}): Promise<Response | undefined> => {
    try {
      // Nothing of this browser is sent along: no cookie, no address of the page.
      const options = { credentials: 'omit', referrerPolicy: 'no-referrer', cache: 'no-store' } as const;
      return await ask(new URL(path, site), { ...options, ...init, signal: AbortSignal.timeout(MAX_ANSWER_MS) });
    } catch {
      // The browser is offline, nothing listens, or the answer did not come in time. It does not say which.
      return undefined;
    }
  };
  return {
    async state() {
      const response = await request('v1/runs?limit=1');
      if (!response) return 'silent';
      if (response.ok) return listSchema.safeParse(await jsonOf(response)).success ? 'there' : 'none';
      return isBusy(response) ? 'silent' : isMissing(response) ? 'none' : 'there';
    },

    async submit(json) {
      const pack = canPack();
      const headers = { 'content-type': 'application/json', ...(pack && { 'content-encoding': 'gzip' }) };
      const body = pack ? await packed(json, 'gzip') : json;
      const response = await request('v1/runs', { method: 'POST', headers, body });
      if (!response) return { kind: 'unanswered', why: SILENT };
      if (isMissing(response)) return { kind: 'unanswered', why: NONE };
      const answer = await jsonOf(response);
      if (isBusy(response)) return { kind: 'unanswered', why: busyText(response, answer) };
      if (!response.ok) return { kind: 'refused', why: problemText(response, answer) };
      const added = response.status === 201 ? addedSchema.safeParse(answer).data : undefined;
      if (added) return { kind: 'added', ...added };
      const known = response.status === 200 ? knownSchema.safeParse(answer).data : undefined;
      return known ? { kind: 'known', ...known } : { kind: 'unanswered', why: NONE };
    },

    async remove(id, token) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await request(`v1/runs/${encodeURIComponent(id)}`, { method: 'DELETE', headers });
      if (!response) return { kind: 'unanswered', why: SILENT };
      if (response.ok) return { kind: 'deleted' };
      const answer = await jsonOf(response);
      if (isBusy(response)) return { kind: 'unanswered', why: busyText(response, answer) };
      // A site without a collector has nothing at this address either: only a problem document says that a run is gone.
      if (isMissing(response)) return isProblem(response) ? { kind: 'gone' } : { kind: 'unanswered', why: NONE };
      return { kind: 'refused', why: problemText(response, answer) };
    },
  };
}

/** Whether the server cannot answer just now. */
const isBusy = ({ status }: Response): boolean => status === 408 || status === 429 || status >= 500;

/** Whether there is nothing at the address: the server of a page alone, or a host of files. */
const isMissing = ({ status }: Response): boolean => status === 404 || status === 405;

const isProblem = ({ headers }: Response): boolean =>
  /^application\/problem\+json/i.test(headers.get('content-type') ?? '');

/** The JSON of an answer. Undefined: it is none, or too long for one. */
async function jsonOf(response: Response): Promise<unknown> {
  try {
    const text = await response.text();
    return text.length > MAX_ANSWER && !response.ok ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The collector's own words, of which nothing is believed but that they are words. */
function problemText({ status }: Response, answer: unknown): string {
  const { title, detail, errors = [] } = problemSchema.safeParse(answer).data ?? {};
  const rules = errors.slice(0, MAX_RULES).map(({ path, rule }) => [path, rule].filter(Boolean).join(': '));
  const words = [detail ?? title, ...rules].filter((text) => text !== undefined && text !== '');
  return shown(words.length > 0 ? words.join('; ') : `the collector answered ${status}`);
}

function busyText(response: Response, answer: unknown): string {
  const seconds = Number(response.headers.get('retry-after'));
  const why =
    response.status === 429 ? 'the collector takes no more runs from here for a while' : problemText(response, answer);
  return Number.isFinite(seconds) && seconds > 0 ? `${why}; try again in ${waitText(seconds)}` : why;
}

const waitText = (seconds: number): string => {
  const minutes = Math.ceil(seconds / 60);
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} hours`;
};
