/** Adding a run, and deleting it with the token that whoever added it was given. */

import type { FastifyRequest } from 'fastify';
import { newToken } from '../../crowd/token.ts';
import { PoolIsFull, TooCostly } from '../checking/pool.ts';
import { MAX_BODY_BYTES, submissionSchema } from '../checking/submission.ts';
import { bearerOf, isSameToken, tokenHash } from './bearer.ts';
import type { ApiContext, Route } from './context.ts';
import { Problem, tooMany, unavailable } from './problem.ts';
import { idOf, noRun } from './query.ts';
import { addedSchema, knownSchema } from './schemas.ts';

const HOUR_MS = 3_600_000;

export function submitRoutes(context: ApiContext): Route[] {
  return [submit(context), remove(context)];
}

function submit(context: ApiContext): Route {
  const { store, pool, judge, submitters, metrics, limits, now } = context;
  const submitterOf = new WeakMap<FastifyRequest, string>();
  let receiving = 0;
  metrics.gauge('hbmark_receiving_bytes', 'Bytes of bodies that are being received or checked.', () => receiving);

  return {
    method: 'POST',
    path: '/v1/runs',
    summary: 'Adds a run. Its rules are looked at within seconds; the answer does not depend on what they say.',
    body: submissionSchema,
    maxBodyBytes: MAX_BODY_BYTES,
    answers: {
      201: {
        description:
          'The run is on disk. The token deletes it: the one that was sent, as “Authorization: Bearer TOKEN”, else a new one. The same run again with the same token is answered alike.',
        schema: addedSchema,
      },
      200: { description: 'The same run is here already, with another token.', schema: knownSchema },
      400: { description: 'The body is no gzip, no UTF-8 or no JSON; the token is short, or none.' },
      403: { description: 'A page of another origin.' },
      411: { description: 'The length of the body is not said.' },
      413: { description: 'The body is too large, or costs too much to check.' },
      415: { description: 'The body is no JSON, or is encoded otherwise than by gzip.' },
      422: { description: 'The record does not pass its check: places and rules.' },
      429: { description: 'Too many runs of one network.' },
      503: { description: 'The service is busy, or its database does not answer: nothing was kept.' },
    },

    async before(request, reply) {
      requireForm(request);
      chosenToken(request);
      const bytes = lengthOf(request);
      if (receiving + bytes > limits.bodyBytesAtOnce) throw unavailable('too many bodies are being received');
      // A connection that was broken off before tells nothing more, not even that it closes.
      if (reply.raw.closed) return;
      receiving += bytes;
      reply.raw.once('close', () => {
        receiving -= bytes;
      });
      const submitter = await submitters.of(request.ip);
      submitterOf.set(request, submitter);
      const waitMs = await store.admit('submit', submitter, limits.submissionsPerHour, HOUR_MS);
      if (waitMs > 0)
        throw tooMany(`at most ${limits.submissionsPerHour} runs an hour are taken of one network`, waitMs);
    },

    async handle(request, reply) {
      const receivedMs = now();
      const submission = await pool
        .run('submission', { bytes: bodyOf(request), isGzipped: isGzipped(request) })
        .catch((error: unknown) => {
          if (error instanceof TooCostly) throw new Problem(413, `the record is not taken: ${error.message}`);
          if (error instanceof PoolIsFull) throw unavailable(`${error.message}: send it again in a moment`);
          throw error;
        });
      if (!submission.ok) {
        metrics.count('hbmark_submissions_total', { outcome: 'refused' });
        const { status, detail, errors } = submission;
        throw new Problem(status, detail, errors && { errors });
      }
      const { packed, row, consent, typedName } = submission;
      const token = chosenToken(request) ?? newToken();
      const submitter = submitterOf.get(request) ?? '';
      const run = { row, packed, consent, typedName, receivedMs, submitter, tokenHash: tokenHash(token) };
      const outcome = await store.add(run);
      metrics.count('hbmark_submissions_total', { outcome });
      reply.headers({ location: `/v1/runs/${row.id}`, 'cache-control': 'no-store' });
      if (outcome === 'known') return reply.code(200).send({ id: row.id });
      judge.wake();
      return reply.code(201).send({ id: row.id, token, status: 'quarantined' });
    },
  };
}

function remove({ store, submitters, limits, moderatorToken, metrics }: ApiContext): Route {
  return {
    method: 'DELETE',
    path: '/v1/runs/{id}',
    summary: 'Deletes a run, with the token that was given when it was added, or with the moderator’s.',
    token: 'run',
    answers: {
      204: { description: 'The run is gone.' },
      401: { description: 'No token was sent.' },
      403: { description: 'The token is not that of this run.' },
      404: { description: 'There is no such run.' },
      429: { description: 'Too many wrong tokens.' },
    },
    async handle(request, reply) {
      const id = idOf(request);
      const token = requireToken(request);
      const submitter = await submitters.of(request.ip);
      const isModerator = moderatorToken !== undefined && isSameToken(token, moderatorToken);
      const removed = isModerator
        ? (await store.expel(id))
          ? 'removed'
          : 'unknown'
        : await store.remove(id, tokenHash(token));
      if (removed === 'unknown') throw noRun(id);
      if (removed === 'denied') {
        const waitMs = await store.admit('wrong-token', submitter, limits.wrongTokensPerHour, HOUR_MS);
        if (waitMs > 0) throw tooMany('too many wrong tokens were sent', waitMs);
        throw new Problem(403, 'the token is not the one that was given when this run was added');
      }
      metrics.count('hbmark_deletions_total', { by: isModerator ? 'moderator' : 'submitter' });
      return reply.code(204).send();
    },
  };
}

/** A token of fewer characters can be guessed. */
const MIN_TOKEN = 32;

/** The token that the submitter has made for the run; undefined if it leaves that to the service. */
function chosenToken(request: FastifyRequest): string | undefined {
  if (request.headers.authorization === undefined) return undefined;
  const token = bearerOf(request);
  if (token !== undefined && token.length >= MIN_TOKEN) return token;
  throw new Problem(400, `the token must be "Bearer" and at least ${MIN_TOKEN} of A–Z, a–z, 0–9 and -._~+/`);
}

/** The token of a request. @throws Problem if it has none */
export function requireToken(request: FastifyRequest): string {
  const token = bearerOf(request);
  if (token !== undefined) return token;
  throw new Problem(401, 'send the token as "Authorization: Bearer TOKEN"', {
    headers: { 'www-authenticate': 'Bearer' },
  });
}

const encodingOf = ({ headers }: FastifyRequest): string =>
  (headers['content-encoding'] ?? 'identity').trim().toLowerCase();

const isGzipped = (request: FastifyRequest): boolean => encodingOf(request) === 'gzip';

/** @throws Problem for a body that is no JSON, plain or by gzip */
function requireForm(request: FastifyRequest): void {
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new Problem(415, 'send the run as content-type application/json', {
      headers: { accept: 'application/json' },
    });
  }
  if (!['identity', 'gzip'].includes(encodingOf(request))) {
    throw new Problem(415, 'send the run plain, or as content-encoding gzip', {
      headers: { 'accept-encoding': 'gzip' },
    });
  }
}

/** The length of the body, in bytes. @throws Problem if it is not said, or too large */
function lengthOf({ headers }: FastifyRequest): number {
  if (headers['content-length'] === undefined) throw new Problem(411, 'say the length of the body as content-length');
  const bytes = Number(headers['content-length']);
  if (bytes <= MAX_BODY_BYTES) return bytes;
  throw new Problem(413, `the body must be at most ${MAX_BODY_BYTES} bytes; got ${bytes}`, {
    headers: { connection: 'close' },
  });
}

/** The body as bytes; empty if there is none. */
const bodyOf = ({ body }: FastifyRequest): Uint8Array => (body instanceof Uint8Array ? body : new Uint8Array());
