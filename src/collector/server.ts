/**
 * The HTTP service. It serves the built page, cross-origin isolated, under a Content-Security-Policy that allows only
 * the page's own files, and answers only under names that are known. It speaks plain HTTP: on the internet, a proxy in
 * front of it has to speak TLS.
 */

import { existsSync } from 'node:fs';
import {
  createServer as createHttpServer,
  get,
  type IncomingMessage,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import fastify, {
  type ConnectionError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifyServerFactoryHandler,
} from 'fastify';
import { COLLECTOR_MARK } from '../crowd/collector-mark.ts';
import type { Collector } from './api/api.ts';
import { type Asset, assetsIn, takesGzip } from './assets.ts';
import { HEADER_LINES, HEADERS } from './headers.ts';
import { type HostRule, hostRule } from './hosts.ts';
import { rangeIn } from './ranges.ts';

const LOOPBACK = '127.0.0.1';
const DEFAULT_PORT = 4173;

export interface ServerOptions {
  /** The folder of the built page. */
  readonly appFolder: string;
  /** Names under which the page may be opened, besides those of this machine. */
  readonly names?: readonly string[];
  /** The collector that answers beside the page. Without one, only the page is served. */
  readonly collector?: Collector | undefined;
  /** Proxies whose word on the client's address is taken, as CIDR. */
  readonly trustedProxies?: readonly string[];
  readonly timeouts?: Partial<Timeouts>;
}

/** How long a client may take, in ms. Who sends a byte now and then would hold a connection for good. */
export interface Timeouts {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** For a whole request: the largest body takes this long at 5 Mbit/s. */
  readonly requestMs: number;
  /** How often that is looked at. */
  readonly lookEveryMs: number;
}

const TIMEOUTS: Timeouts = { headersMs: 10_000, requestMs: 60_000, lookEveryMs: 2000 };

/** Creates the service, not yet listening. @throws Error if the page has not been built */
export function createServer(options: ServerOptions): FastifyInstance {
  const { appFolder, names, collector, trustedProxies = [], timeouts } = options;
  if (!existsSync(join(appFolder, 'index.html'))) {
    throw new Error(`build the page first with "npm run build": there is no index.html in ${appFolder}`);
  }
  const assets = assetsIn(appFolder);
  const server = fastify({
    serverFactory: (handler) => guarded(handler, hostRule(names), { ...TIMEOUTS, ...timeouts }),
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, _, reply) => answer(reply.raw, 400, error.message),
  });
  if (collector) collector.addTo(server);
  else server.get('/healthz', async () => ({ ok: true }));
  server.get('/*', (request, reply) => {
    const asset = assets.get(pathOf(request.url));
    if (!asset) {
      const [path = '', query] = request.url.split('?');
      // Addresses in a page are relative to its folder.
      if (assets.has(`${path}/`)) return reply.redirect(`${path}/${query === undefined ? '' : `?${query}`}`, 308);
      return reply.callNotFound();
    }
    reply.headers({ 'cache-control': asset.cacheControl, etag: asset.etag, vary: 'accept-encoding' });
    if (collector) reply.headers(COLLECTOR_MARK);
    if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
    reply.type(asset.type);
    if (asset.gzipped === undefined) return sendRanged(request, reply, asset);
    const isZipped = takesGzip(request.headers['accept-encoding']);
    if (isZipped) reply.header('content-encoding', 'gzip');
    return reply.send(isZipped ? asset.gzipped : asset.plain);
  });
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is nothing at ${request.method} ${pathOf(request.url)}` }),
  );
  return server;
}

/** Sends a file, or the part of it that is asked for. One that has changed since is sent whole (RFC 9110, 13.1.5). */
function sendRanged({ method, headers }: FastifyRequest, reply: FastifyReply, { plain, etag }: Asset): FastifyReply {
  reply.header('accept-ranges', 'bytes');
  const isAsked = method === 'GET' && (headers['if-range'] ?? etag) === etag;
  const range = isAsked ? rangeIn(headers.range, plain.length) : undefined;
  if (range === undefined) return reply.send(plain);
  if (range === 'unsatisfiable') {
    return reply
      .code(416)
      .header('content-range', `bytes */${plain.length}`)
      .type(JSON_TYPE)
      .send({
        error: `ask for bytes of this file, which has ${plain.length}; got ${headers.range}`,
      });
  }
  const { start, end } = range;
  reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${plain.length}`);
  return reply.send(plain.subarray(start, end));
}

const JSON_TYPE = 'application/json; charset=utf-8';

const pathOf = (url: string): string => url.split('?')[0] ?? '';

/** An HTTP server that gives every answer its headers, and refuses unknown hosts before anything else is looked at. */
function guarded(handler: FastifyServerFactoryHandler, hosts: HostRule, timeouts: Timeouts) {
  const guard = (request: IncomingMessage, response: ServerResponse): boolean => {
    response.setHeaders(new Map(HEADERS));
    if (hosts.allows(request.headers.host)) return true;
    answer(response, 421, `open this page under one of ${hosts.names}; the request was for another host`);
    return false;
  };
  // A request without a host is refused by the rule for hosts: Node's own refusal would have no headers.
  const limits = {
    headersTimeout: timeouts.headersMs,
    requestTimeout: timeouts.requestMs,
    connectionsCheckingInterval: timeouts.lookEveryMs,
  };
  const server = createHttpServer({ requireHostHeader: false, ...limits }, (request, response) => {
    if (guard(request, response)) handler(request, response);
  });
  // So would Node's own answer to an expectation that it does not know.
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    if (guard(request, response)) answer(response, 417, 'expect nothing but 100-continue');
  });
  return server;
}

function answer(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, connection: 'close' });
  response.end(JSON.stringify({ error }));
}

/** The statuses of requests that cannot be read, by Node's code for the reason. All others are 400. */
const UNREADABLE: ReadonlyMap<string, number> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['HPE_HEADER_OVERFLOW', 431],
]);

/** Answers a request that cannot be read, and closes its connection. */
function refuseUnreadable({ code }: ConnectionError, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status = UNREADABLE.get(code) ?? 400;
  const error = STATUS_CODES[status] ?? '';
  const body = JSON.stringify({ error });
  socket.write(
    `HTTP/1.1 ${status} ${error}\r\n${HEADER_LINES}content-type: application/json; charset=utf-8\r\n` +
      `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}

/** Starts listening. Returns the address to open. @throws Error, with what to do, if the port cannot be had */
export async function listen(server: FastifyInstance, { port = DEFAULT_PORT, host = LOOPBACK } = {}): Promise<string> {
  try {
    await server.listen({ port, host });
  } catch (cause) {
    throw new Error(listenProblem(cause, port, host), { cause });
  }
  const address = server.server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}/`;
}

/** As many clients at once, as often: after that, those of a crowd are answered as fast as later ones (measured). */
const FIRST_CLIENTS = 50;
const FIRST_ROUNDS = 4;

/**
 * Asks for the page as a crowd of clients does. Code is compiled as it is first run: without this, the first clients of a
 * service that has just started would wait for that.
 */
export async function warmUp(address: string): Promise<void> {
  for (let round = 0; round < FIRST_ROUNDS; round++) {
    await Promise.all(Array.from({ length: FIRST_CLIENTS }, () => asked(address)));
  }
}

/** Resolves once an address has answered, or has not: the service answers others all the same. */
const asked = (address: string): Promise<void> =>
  new Promise((resolve) => {
    const options = { headers: { 'accept-encoding': 'gzip', host: 'localhost' }, agent: false };
    get(address, options, (response) => response.resume().on('close', resolve)).on('error', () => resolve());
  });

/** The time in ms that answers have to be received once the service closes. */
const MAX_DRAIN_MS = 5000;

/** Closes the service: no more connections are taken, and answers that are under way are given their time. */
export async function drain(server: FastifyInstance, maxMs = MAX_DRAIN_MS): Promise<void> {
  const cutOff = setTimeout(() => server.server.closeAllConnections(), maxMs);
  try {
    await server.close();
  } finally {
    clearTimeout(cutOff);
  }
}

function listenProblem(cause: unknown, port: number, host: string): string {
  const choose = 'choose another with --port N, or any free one with --port 0';
  switch (cause instanceof Error && 'code' in cause ? cause.code : undefined) {
    case 'EADDRINUSE':
      return `port ${port} is in use: ${choose}`;
    case 'EACCES':
      return `port ${port} is not open to this user: ${choose}`;
    case 'EADDRNOTAVAIL':
      return `listen on an address of this machine, such as ${LOOPBACK}: ${host} is none`;
    default:
      return `cannot listen on ${host} port ${port}: ${cause instanceof Error ? cause.message : cause}`;
  }
}
