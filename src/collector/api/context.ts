/** What every route of the API works with, and what a route is. */

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Pool } from '../checking/pool.ts';
import type { Store } from '../store/store.ts';
import type { Judge } from './judge.ts';
import type { Metrics } from './metrics.ts';
import type { Submitters } from './submitters.ts';

export interface Limits {
  /** Submissions of one network in an hour. A class of thirty behind one address adds a run each, and again. */
  readonly submissionsPerHour: number;
  /** Downloads of the whole collection by one network in an hour, and at a time by all. */
  readonly dumpsPerHour: number;
  readonly dumpsAtOnce: number;
  /** Wrong tokens of one network in an hour. */
  readonly wrongTokensPerHour: number;
  /** The bytes of bodies that are received at a time, all together. */
  readonly bodyBytesAtOnce: number;
}

export const DEFAULT_LIMITS: Limits = {
  submissionsPerHour: 120,
  dumpsPerHour: 12,
  dumpsAtOnce: 2,
  wrongTokensPerHour: 30,
  bodyBytesAtOnce: 256 * 2 ** 20,
};

export interface ApiContext {
  readonly store: Store;
  readonly pool: Pool;
  readonly judge: Judge;
  readonly submitters: Submitters;
  readonly metrics: Metrics;
  readonly limits: Limits;
  /** Without one there is no moderation. */
  readonly moderatorToken: string | undefined;
  /** Takes a line about a fault. It never holds an address. */
  readonly log: (line: string) => void;
  readonly now: () => number;
}

/** An answer of a route, by its status. */
export interface Answer {
  readonly description: string;
  readonly type?: string;
  readonly schema?: z.ZodType;
}

/** A route, with all that its description in OpenAPI says. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As OpenAPI writes it: `/v1/runs/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The token that it needs. */
  readonly token?: 'run' | 'moderator';
  readonly answers: Readonly<Record<number, Answer>>;
  /** Looks at the request before its body is read. @throws Problem */
  before?(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
}
