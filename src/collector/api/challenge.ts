/** Seeds that the collector gives: a record of a run for one of them shows that its kernels ran after it was given. */

import { newChallenge } from '../challenge.ts';
import type { ApiContext, Route } from './context.ts';
import { challengeSchema } from './schemas.ts';

/** The secret by which replicas know each other's seeds is kept for good. */
const SECRET = { name: 'challenges', untilMs: Number.MAX_SAFE_INTEGER } as const;

export function challengeRoutes({ store, now }: ApiContext): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/challenge',
      summary: 'A seed for a run, with a signature. It shows that kernels ran, and nothing of their speed.',
      answers: { 200: { description: 'The seed.', schema: challengeSchema } },
      async handle(_, reply) {
        const secret = await store.secret(SECRET.name, SECRET.untilMs);
        return reply.header('cache-control', 'no-store').send(newChallenge(secret, now()));
      },
    },
  ];
}
