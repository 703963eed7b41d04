/**
 * The HTTP service. It serves the built page, cross-origin isolated, under a Content-Security-Policy that allows only
 * the page's own files. It speaks plain HTTP: on the internet, a proxy in front of it has to speak TLS.
 */

import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import helmet from '@fastify/helmet';
import serveStatic from '@fastify/static';
import fastify, { type FastifyInstance } from 'fastify';

const LOOPBACK = '127.0.0.1';
const DEFAULT_PORT = 4173;

/** Assets whose names hold a hash of their content, so that they can be cached for good. */
const HASHED_ASSET = /[\\/]assets[\\/]/;

export interface ServerOptions {
  /** The folder of the built page. */
  readonly appFolder: string;
}

/** Creates the service, not yet listening. @throws Error if the page has not been built */
export function createServer({ appFolder }: ServerOptions): FastifyInstance {
  if (!existsSync(join(appFolder, 'index.html'))) {
    throw new Error(`build the page first with "npm run build": there is no index.html in ${appFolder}`);
  }
  const server = fastify();
  server.register(helmet, {
    // Cross-origin isolation gives `performance.now` its 5 µs step; without it the step is 100 µs.
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    contentSecurityPolicy: {
      // helmet's defaults would send browsers to https://, where nothing listens; so would strict transport security.
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        workerSrc: ["'self'"],
        styleSrc: ["'self'"],
        // Blobs are how the page offers its record and its charts for download.
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false,
  });
  server.register(serveStatic, {
    root: appFolder,
    cacheControl: false,
    setHeaders(reply, path) {
      reply.header('cache-control', HASHED_ASSET.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  server.get('/healthz', async () => ({ ok: true }));
  server.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `there is nothing at ${request.method} ${request.url.split('?')[0]}` }),
  );
  return server;
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
