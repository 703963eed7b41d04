/** Moderation: a person overrules what the rules say. Without a token in the environment there is none. */

import { z } from 'zod';
import { IN_WORDS } from '../../../results/record/fields.ts';
import { readJson } from '../../../results/record/record-text.ts';
import { STATUSES } from '../../crowd/row.ts';
import { MODERATOR } from '../store/store.ts';
import { isSameToken } from './bearer.ts';
import type { ApiContext, Route } from './context.ts';
import { Problem, tooMany } from './problem.ts';
import { idOf, noRun } from './query.ts';
import { requireToken } from './submit.ts';

const HOUR_MS = 3_600_000;

const bodySchema = z.strictObject({
  status: z.enum(STATUSES, { error: `must be one of ${STATUSES.join(', ')}` }),
  /** Shown to everybody, with the run. */
  reason: z.string().min(1).max(300),
});

export function moderationRoutes(context: ApiContext): Route[] {
  const { store, submitters, limits, moderatorToken, metrics } = context;
  if (moderatorToken === undefined) return [];
  return [
    {
      method: 'POST',
      path: '/v1/runs/{id}/status',
      summary: 'Sets the status of a run, with a reason that is shown.',
      body: bodySchema,
      token: 'moderator',
      answers: {
        204: { description: 'The status is set.' },
        400: { description: 'The body is none.' },
        401: { description: 'No token was sent.' },
        403: { description: 'The token is not the moderator’s.' },
        404: { description: 'There is no such run.' },
        429: { description: 'Too many wrong tokens.' },
      },
      async before(request) {
        if (isSameToken(requireToken(request), moderatorToken)) return;
        const submitter = await submitters.of(request.ip);
        const waitMs = await store.admit('wrong-token', submitter, limits.wrongTokensPerHour, HOUR_MS);
        if (waitMs > 0) throw tooMany('too many wrong tokens were sent', waitMs);
        throw new Problem(403, 'the token is not the moderator’s');
      },
      async handle(request, reply) {
        const id = idOf(request);
        const { status, reason } = bodyOf(request.body);
        if (!(await store.find(id))) throw noRun(id);
        await store.judge(id, status, [{ rule: MODERATOR, text: reason }]);
        metrics.count('hbmark_moderations_total', { status });
        return reply.code(204).send();
      },
    },
  ];
}

/** @throws Problem */
function bodyOf(body: unknown): z.infer<typeof bodySchema> {
  const read = readJson(body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '');
  if (!read.ok) throw new Problem(400, 'the body must be JSON', { errors: [read.problem] });
  const parsed = bodySchema.safeParse(read.value, IN_WORDS);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), rule: message }));
  throw new Problem(400, 'the body must be {"status", "reason"}', { errors });
}
