/** Reading the collection: one run, many by filters, and the summary. */

import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MIN_ALIKE } from '../../crowd/public-record.ts';
import { STATUSES } from '../../crowd/row.ts';
import { takesGzip } from '../assets.ts';
import { PoolIsFull } from '../checking/pool.ts';
import { publicRow } from '../checking/public-run.ts';
import { BadCursor, type Filter } from '../store/store.ts';
import type { ApiContext, Route } from './context.ts';
import { Problem, unavailable } from './problem.ts';
import { idOf, noRun, readQuery } from './query.ts';
import { runSchema, runsSchema, summarySchema } from './schemas.ts';

/** A text to filter by. */
const text = z.string().min(1).max(100);
const software = z.enum(['true', 'false'], { error: 'must be true or false' }).transform((word) => word === 'true');

const [DEFAULT_LIMIT, MAX_LIMIT] = [50, 200];

const listQuery = z.object({
  part: text.optional(),
  model: text.optional(),
  program: text.optional(),
  system: text.optional(),
  software: software.optional(),
  status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(', ')}` }).optional(),
  since: z.iso.datetime({ error: 'must be a time such as 2026-11-29T00:00:00Z' }).optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number)
    .refine((n) => n >= 1 && n <= MAX_LIMIT, { error: `must be from 1 to ${MAX_LIMIT}` })
    .optional(),
  cursor: z.string().min(1).max(500).optional(),
});

const summaryQuery = listQuery.pick({ part: true, model: true, software: true });

export function runRoutes(context: ApiContext): Route[] {
  return [one(context), list(context), summary(context)];
}

function one({ store, pool }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/v1/runs/{id}',
    summary: 'A run with its record. A text that a person may have chosen is null, and its place is listed.',
    answers: {
      200: { description: 'The run.', schema: runSchema },
      400: { description: 'The id is none.' },
      404: { description: 'There is no such run.' },
    },
    async handle(request, reply) {
      const id = idOf(request);
      const run = await store.find(id);
      if (!run) throw noRun(id);
      const isAlike = run.typedName !== '' && (await store.typedBy(run.typedName)) >= MIN_ALIKE;
      const json = await pool.run('publicRuns', [{ run, isAlike }]).catch((error: unknown) => {
        throw error instanceof PoolIsFull ? unavailable(error.message) : error;
      });
      return sendJson(request, reply, json);
    },
  };
}

function list({ store }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/v1/runs',
    summary:
      'Runs without their records, the newest first, as far as filters say. `next` is the cursor of what follows.',
    query: listQuery,
    answers: {
      200: { description: 'Some runs.', schema: runsSchema },
      400: { description: 'A filter or a cursor that cannot be used.' },
    },
    async handle(request, reply) {
      const { since, limit = DEFAULT_LIMIT, cursor, ...rest } = readQuery(request, listQuery);
      const filter: Filter = given({ ...rest, sinceMs: since === undefined ? undefined : Date.parse(since) });
      const page = await store.list(filter, limit, cursor).catch((error: unknown) => {
        if (!(error instanceof BadCursor)) throw error;
        const errors = [{ path: 'cursor', rule: 'must be the `next` of an answer to the same query by this version' }];
        throw new Problem(400, 'the cursor cannot be used: begin again without it', { errors });
      });
      return sendJson(request, reply, JSON.stringify({ runs: page.runs.map(publicRow), next: page.next ?? null }));
    },
  };
}

function summary({ store }: ApiContext): Route {
  return {
    method: 'GET',
    path: '/v1/summary',
    summary: 'Number, median and quartiles of plausible and reproduced runs, by part and step.',
    query: summaryQuery,
    answers: {
      200: { description: 'The groups.', schema: summarySchema },
      400: { description: 'A filter that cannot be used.' },
    },
    async handle(request, reply) {
      const groups = await store.summary(given(readQuery(request, summaryQuery)));
      return sendJson(request, reply, JSON.stringify({ groups }));
    },
  };
}

/** What a filter has, without what it has not. */
const given = <T extends object>(filter: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } =>
  Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };

/** The length from which JSON is compressed, in characters. */
const MIN_GZIP = 2000;

const compress = promisify(gzip);

/** Sends JSON that a browser may keep, if it asks each time whether it is still the same. */
async function sendJson(request: FastifyRequest, reply: FastifyReply, json: string): Promise<FastifyReply> {
  const etag = `"${createHash('sha256').update(json).digest('base64url')}"`;
  reply.headers({ 'cache-control': 'no-cache', etag, vary: 'accept-encoding, origin' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  reply.type('application/json; charset=utf-8');
  if (json.length < MIN_GZIP || !takesGzip(request.headers['accept-encoding'])) return reply.send(json);
  return reply.header('content-encoding', 'gzip').send(await compress(json));
}
