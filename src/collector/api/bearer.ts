/** Bearer tokens (RFC 6750): the one that deletes a run, and the moderator's. Neither is kept as it is. */

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

export const tokenHash = (token: string): string => createHash('sha256').update(token).digest('hex');

/** The token of a request; undefined if it has none. */
export const bearerOf = ({ headers }: FastifyRequest): string | undefined =>
  /^bearer +([\w.~+/-]{1,500}=*)$/i.exec(headers.authorization ?? '')?.[1];

/** Whether two tokens are the same, in a time that does not tell how much of them is. */
export const isSameToken = (given: string, right: string): boolean =>
  timingSafeEqual(Buffer.from(tokenHash(given)), Buffer.from(tokenHash(right)));
