/** The collector: all its routes on one server, before one store. */

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Pool, type PoolOptions } from '../checking/pool.ts';
import { type Store, Unavailable } from '../store/store.ts';
import { challengeRoutes } from './challenge.ts';
import { type ApiContext, DEFAULT_LIMITS, type Limits, MAX_SMALL_BODY, type Route } from './context.ts';
import { dumpRoutes } from './dump.ts';
import { Judge } from './judge.ts';
import { Metrics } from './metrics.ts';
import { moderationRoutes } from './moderate.ts';
import { checkOrigin } from './origins.ts';
import { Problem, sendProblem } from './problem.ts';
import { runRoutes } from './runs.ts';
import { serviceRoutes } from './service.ts';
import { submitRoutes } from './submit.ts';
import { Submitters } from './submitters.ts';

export interface CollectorOptions extends PoolOptions {
  readonly store: Store;
  /** Origins whose pages may call the API, besides the service's own. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Without one there is no moderation. */
  readonly moderatorToken?: string | undefined;
  readonly limits?: Partial<Limits> | undefined;
  /** Takes a line about a fault. It never holds an address. */
  readonly log?: ((line: string) => void) | undefined;
  /** How often runs that nobody has judged are looked for, in ms. */
  readonly lookEveryMs?: number | undefined;
}

/** The routes of a collector, to be put on a server, and the work behind them. */
export class Collector {
  readonly routes: readonly Route[];
  readonly #context: ApiContext;
  readonly #origins: ReadonlySet<string>;

  constructor(options: CollectorOptions) {
    const { store, allowedOrigins = [], moderatorToken, limits, log = () => {} } = options;
    const pool = new Pool(options);
    const metrics = new Metrics();
    const judge = new Judge({ store, pool, metrics, log, lookEveryMs: options.lookEveryMs });
    metrics.gauge('hbmark_waiting_tasks', 'Tasks that wait for a worker.', () => pool.waiting);
    metrics.gauge('process_resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss());
    this.#context = {
      ...{ store, pool, judge, metrics, log, moderatorToken },
      ...{ submitters: new Submitters(store), limits: { ...DEFAULT_LIMITS, ...limits }, now: Date.now },
    };
    this.#origins = new Set(allowedOrigins);
    const own = [submitRoutes, runRoutes, challengeRoutes, moderationRoutes, dumpRoutes].flatMap((make) =>
      make(this.#context),
    );
    this.routes = [...own, ...serviceRoutes(this.#context, own)];
    judge.wake();
  }

  /** Puts the routes on a server, with their own answers to what goes wrong. */
  addTo(server: FastifyInstance): void {
    server.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
      scope.setErrorHandler((error: FastifyError, request, reply) => this.#answerFault(error, request, reply));
      scope.addHook('onRequest', async (request, reply) => checkOrigin(request, reply, this.#origins));
      for (const route of this.routes) this.#add(scope, route);
      scope.options('/v1/*', (_, reply) => reply.code(204).send());
      const method = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];
      const handler = async (request: FastifyRequest) => Promise.reject(nothingAt(request));
      scope.route({ method, url: '/v1/*', bodyLimit: MAX_SMALL_BODY, handler });
    });
  }

  /** Ends the workers, once the run that is being judged is done. The store is its owner's to close. */
  async end(): Promise<void> {
    await this.#context.judge.end();
    await this.#context.pool.close();
  }

  #add(scope: FastifyInstance, route: Route): void {
    const { metrics } = this.#context;
    const { method, path, maxBodyBytes = MAX_SMALL_BODY, before, handle } = route;
    scope.route({
      ...{ method, url: path.replace(/\{(\w+)\}/g, ':$1'), bodyLimit: maxBodyBytes },
      // A head would make all of a dump.
      exposeHeadRoute: method === 'GET' && !path.startsWith('/v1/dump'),
      onRequest: async (request, reply) => before?.(request, reply),
      onResponse: async (_, reply) => {
        metrics.answered({ method, route: path, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
      },
      handler: (request, reply) => handle(request, reply),
    });
  }

  #answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return sendProblem(reply, this.#problemOf(error, request));
  }

  #problemOf(error: FastifyError, { method, routeOptions }: FastifyRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof Unavailable) {
      const headers = { 'retry-after': '5' };
      return new Problem(503, method === 'GET' ? error.message : `${error.message}; nothing was kept`, { headers });
    }
    // Fastify has errors of its own, such as for a body that is longer than it said.
    const { statusCode = 500, message } = error;
    if (statusCode >= 400 && statusCode < 500) return new Problem(statusCode, message);
    this.#context.log(`${method} ${routeOptions.url ?? ''}: ${error.stack ?? message}`);
    return new Problem(500, 'the service failed on this request; it is written down there');
  }
}

/** The maximum of a path that is said, in characters. */
const MAX_PATH = 200;

const nothingAt = ({ method, url }: FastifyRequest): Problem =>
  new Problem(
    404,
    `there is nothing at ${method} ${url.split('?')[0]?.slice(0, MAX_PATH)}; /v1/openapi.json says what there is`,
  );
