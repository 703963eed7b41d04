/** What the operator of a service asks of it, and its description: health, metrics, OpenAPI. */

import { z } from 'zod';
import type { ApiContext, Route } from './context.ts';
import { METRICS_TYPE } from './metrics.ts';
import { openApi } from './openapi.ts';

export function serviceRoutes({ store, metrics }: ApiContext, others: readonly Route[]): Route[] {
  const health: Route = {
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the service and its database answer.',
    answers: {
      200: { description: 'Both do.', schema: z.object({ ok: z.literal(true) }) },
      503: { description: 'The database does not answer.' },
    },
    async handle(_, reply) {
      await store.ping();
      return reply.header('cache-control', 'no-store').send({ ok: true });
    },
  };
  const counts: Route = {
    method: 'GET',
    path: '/metrics',
    summary: 'Counters and times since the start, as Prometheus reads them.',
    answers: { 200: { description: 'The metrics.', type: METRICS_TYPE } },
    async handle(_, reply) {
      return reply.type(METRICS_TYPE).header('cache-control', 'no-store').send(metrics.text());
    },
  };
  const description: Route = {
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This description.',
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.record(z.string(), z.unknown()) } },
    async handle(_, reply) {
      return reply.header('cache-control', 'no-cache').send(openApi([...others, ...all]));
    },
  };
  const all = [health, counts, description];
  return all;
}
