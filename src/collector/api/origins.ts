/**
 * Which pages may call the API: those of the service itself, and those of the origins that its operator names. A request
 * without an origin is no page's.
 */

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from './problem.ts';

const METHODS = 'GET, POST, DELETE';
const HEADERS = 'authorization, content-encoding, content-type';

/** The time for which a browser need not ask again, in s. */
const MAX_AGE = 600;

/** Lets the pages of an allowed origin read the answer. @throws Problem for any other page that would change something */
export function checkOrigin(request: FastifyRequest, reply: FastifyReply, allowed: ReadonlySet<string>): void {
  const { origin, host } = request.headers;
  if (allowed.size > 0) reply.header('vary', 'origin');
  if (origin === undefined || isOwn(origin, host)) return;
  if (allowed.has(origin)) {
    reply.header('access-control-allow-origin', origin);
    reply.header('access-control-expose-headers', 'etag, location, retry-after');
    if (request.method === 'OPTIONS') {
      reply.headers({
        'access-control-allow-methods': METHODS,
        'access-control-allow-headers': HEADERS,
        'access-control-max-age': String(MAX_AGE),
      });
    }
    return;
  }
  // A page that may not read an answer gets none from its browser, but a request of it must not change anything.
  if (request.method === 'GET' || request.method === 'HEAD') return;
  throw new Problem(403, 'pages of this origin may not submit here; the operator can allow it with --allow-origin URL');
}

/** Whether an origin is the host that the request was sent to. A proxy may speak TLS for the service. */
const isOwn = (origin: string, host = ''): boolean => origin === `http://${host}` || origin === `https://${host}`;
