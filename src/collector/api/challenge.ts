/** Seeds that the collector gives: a record of a run for one of them shows that its kernels ran after it was given. */

import { givenSeedSchema } from '../../../results/record/schema.ts';
import { CHALLENGE_SECRET, newChallenge } from '../challenge.ts';
import type { ApiContext, Route } from './context.ts';

export function challengeRoutes({ store, now }: ApiContext): Route[] {
  return [
    {
      method: 'GET',
      path: '/v1/challenge',
      summary: 'A seed for a run, with a signature. It shows that kernels ran, and nothing of their speed.',
      answers: { 200: { description: 'The seed.', schema: givenSeedSchema } },
      async handle(_, reply) {
        const secret = await store.secret(CHALLENGE_SECRET.name, CHALLENGE_SECRET.untilMs);
        return reply.header('cache-control', 'no-store').send(newChallenge(secret, now()));
      },
    },
  ];
}
