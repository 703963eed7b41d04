/** What a request gets that cannot be answered: a problem document (RFC 9457) with the place and the rule. */

import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Breach } from '../../../results/record/breach.ts';
import { shown } from '../../../results/text/shown.ts';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export const problemSchema = z.object({
  title: z.string(),
  status: z.int(),
  /** What was read, the rule, and what to do. */
  detail: z.string(),
  errors: z.array(z.object({ path: z.string(), rule: z.string() })).optional(),
});

export interface ProblemMore {
  readonly errors?: readonly Breach[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that gets a status of 400 or more. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly errors: readonly Breach[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail what was read, the rule, and what to do */
  constructor(status: number, detail: string, { errors, headers = {} }: ProblemMore = {}) {
    super(detail);
    this.status = status;
    this.errors = errors;
    this.headers = headers;
  }
}

/** Asks to come back after some time. */
export const tooMany = (detail: string, waitMs: number): Problem =>
  new Problem(429, detail, { headers: { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) } });

/** Asks to come back soon. */
export const unavailable = (detail: string, seconds = 5): Problem =>
  new Problem(503, detail, { headers: { 'retry-after': String(seconds) } });

/** A message may quote what a stranger has sent, such as a key of 100 kB. */
const brief = ({ path, rule }: Breach): Breach => ({ path: shown(path), rule: shown(rule) });

export function sendProblem(reply: FastifyReply, { status, message, errors, headers }: Problem): FastifyReply {
  const title = STATUS_CODES[status] ?? 'Error';
  return reply
    .code(status)
    .headers({ ...headers, 'cache-control': 'no-store' })
    .type(PROBLEM_TYPE)
    .send(JSON.stringify({ title, status, detail: shown(message), ...(errors && { errors: errors.map(brief) }) }));
}
