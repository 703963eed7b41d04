import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL } from '../../tests/support/tier.ts';
import { createServer, drain, listen, warmUp } from './server.ts';

const SCRIPT = 'postMessage(1);\n'.repeat(1000);
/** A file that is read by ranges. */
const TABLE = '0123456789'.repeat(10);

let appFolder: string;
let server: FastifyInstance;
let port: number;

beforeAll(async () => {
  appFolder = mkdtempSync(join(tmpdir(), 'hbmark-app-'));
  mkdirSync(join(appFolder, 'assets'));
  writeFileSync(join(appFolder, 'index.html'), '<!doctype html><title>HBMark</title>');
  writeFileSync(join(appFolder, 'licences.txt'), 'HBMark');
  writeFileSync(join(appFolder, 'manifest.webmanifest'), '{}');
  writeFileSync(join(appFolder, 'icon.png'), 'PNG');
  writeFileSync(join(appFolder, 'service-worker.js'), '');
  writeFileSync(join(appFolder, 'rows.parquet'), TABLE);
  writeFileSync(join(appFolder, 'about.json'), '{}');
  writeFileSync(join(appFolder, 'assets/worker-1a2b3c.js'), SCRIPT);
  server = createServer({ appFolder, names: ['bench.example'] });
  port = Number(new URL(await listen(server, { port: 0 })).port);
});

afterAll(async () => {
  await server.close();
  rmSync(appFolder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { 'accept-encoding': 'identity', ...headers } });

/** Sends text as it is, and resolves to all that is answered until the connection ends. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => void socket.write(text));
    socket.setEncoding('latin1').on('data', (part) => {
      said += part;
    });
    socket.on('end', () => resolve(said)).on('error', reject);
  });
}

/** A request as HTTP writes it, whose connection ends with the answer. */
const request = (line: string, ...headers: string[]): string =>
  [line, 'Connection: close', ...headers, '', ''].join('\r\n');

const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/** The headers of an answer that came as text. */
const headersIn = (said: string): Record<string, string> =>
  Object.fromEntries(
    (said.split('\r\n\r\n')[0] ?? '')
      .split('\r\n')
      .slice(1)
      .map((line): [string, string] => {
        const [name = '', ...value] = line.split(': ');
        return [name.toLowerCase(), value.join(': ')];
      }),
  );

describe('the page', () => {
  test('allows nothing but its own files', async () => {
    const { headers } = await get('/');
    expect(headers.get('content-security-policy')?.split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('never sends a browser to https, where nothing listens', async () => {
    const { headers } = await get('/');
    expect(headers.has('strict-transport-security')).toBe(false);
    expect(headers.get('content-security-policy')).not.toContain('upgrade-insecure-requests');
  });

  test.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/licences.txt', 'text/plain; charset=utf-8', 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/icon.png', 'image/png', 'no-cache'],
    ['/service-worker.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/about.json', 'application/json', 'no-cache'],
    ['/rows.parquet', 'application/vnd.apache.parquet', 'no-cache'],
    ['/assets/worker-1a2b3c.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('%s has its type, and is cached for good only where its name holds a hash', async (path, type, cached) => {
    const { headers } = await get(path);
    expect(headers.get('content-type')).toBe(type);
    expect(headers.get('cache-control')).toBe(cached);
  });

  test('is compressed for whoever takes gzip, and for nobody else', async () => {
    const path = '/assets/worker-1a2b3c.js';
    const answered = async (accepted: string) => {
      const said = await raw(request(`GET ${path} HTTP/1.1`, 'Host: localhost', `Accept-Encoding: ${accepted}`));
      const body = Buffer.from(said.slice(said.indexOf('\r\n\r\n') + 4), 'latin1');
      return { body, encoding: headersIn(said)['content-encoding'] };
    };
    for (const accepted of ['gzip', 'br, gzip;q=0.5', 'deflate, GZIP ;q=1']) {
      const { body, encoding } = await answered(accepted);
      expect([accepted, encoding]).toEqual([accepted, 'gzip']);
      expect(body.length).toBeLessThan(SCRIPT.length / 10);
      expect(gunzipSync(body).toString()).toBe(SCRIPT);
    }
    for (const accepted of ['', 'br', 'gzip;q=0', 'br, gzip; q=0.000', 'xgzip']) {
      const { body, encoding } = await answered(accepted);
      expect([accepted, encoding]).toEqual([accepted, undefined]);
      expect(body.toString()).toBe(SCRIPT);
    }
  });

  test('is not sent again to a browser that has it', async () => {
    const etag = (await get('/')).headers.get('etag') ?? '';
    const again = await get('/', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await get('/', { 'if-none-match': '"another"' })).status).toBe(200);
  });

  test('HEAD has the headers alone', async () => {
    const said = await raw(request('HEAD / HTTP/1.1', 'Host: localhost'));
    expect(said).toMatch(/^HTTP\/1\.1 200 [\s\S]*\r\n\r\n$/);
    expect(headersIn(said)).toMatchObject({ ...ISOLATED, 'content-length': '36' });
  });

  test('must be built before it is served', () => {
    expect(() => createServer({ appFolder: '/nowhere' })).toThrow(
      'build the page first with "npm run build": there is no index.html in /nowhere',
    );
  });
});

describe('a table is sent by ranges', () => {
  const range = (asked: string, headers: Record<string, string> = {}) =>
    get('/rows.parquet', { 'accept-encoding': 'gzip', range: asked, ...headers });
  const contentRange = ({ headers }: Response) => headers.get('content-range');

  test.each([
    ['bytes=0-9', '0123456789', 'bytes 0-9/100'],
    ['bytes=95-', '56789', 'bytes 95-99/100'],
    ['bytes=-3', '789', 'bytes 97-99/100'],
  ])('%s', async (asked, text, said) => {
    const answer = await range(asked);
    expect([answer.status, contentRange(answer), await answer.text()]).toEqual([206, said, text]);
    expect(answer.headers.get('content-length')).toBe(String(text.length));
    // A part of what is compressed could not be read by itself.
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  test('a part that it does not have is refused by its length', async () => {
    const answer = await range('bytes=100-');
    expect([answer.status, contentRange(answer)]).toEqual([416, 'bytes */100']);
    expect(await answer.json()).toEqual({ error: 'ask for bytes of this file, which has 100; got bytes=100-' });
  });

  test('whole where no part is asked for, or the file was replaced since, and says that parts can be had', async () => {
    for (const answer of [
      await get('/rows.parquet', { 'accept-encoding': 'gzip' }),
      await range('bytes=0-1,5-9'),
      await range('bytes=0-9', { 'if-range': '"another"' }),
    ]) {
      expect([answer.status, contentRange(answer), await answer.text()]).toEqual([200, null, TABLE]);
      expect(answer.headers.get('accept-ranges')).toBe('bytes');
    }
    const etag = (await range('bytes=0-9')).headers.get('etag') ?? '';
    expect((await range('bytes=0-9', { 'if-range': etag })).status).toBe(206);
    expect((await range('bytes=0-9', { 'if-none-match': etag })).status).toBe(304);
    const said = await raw(request('HEAD /rows.parquet HTTP/1.1', 'Host: localhost', 'Range: bytes=0-9'));
    expect(said).toMatch(/^HTTP\/1\.1 200 /);
    expect(headersIn(said)).toMatchObject({ 'accept-ranges': 'bytes', 'content-length': '100' });
  });

  test('no other file is', async () => {
    const answer = await get('/', { range: 'bytes=0-9' });
    expect([answer.status, answer.headers.get('accept-ranges')]).toEqual([200, null]);
  });
});

describe('every answer is cross-origin isolated, whatever its status', () => {
  const HOST = 'Host: localhost';
  test.each<[number, string, string]>([
    [200, 'the page', request('GET / HTTP/1.1', HOST)],
    [200, 'health', request('GET /healthz HTTP/1.1', HOST)],
    [200, 'a query', request('GET /?profile=full HTTP/1.1', HOST)],
    [400, 'a path that is no URL', request('GET /%zz HTTP/1.1', HOST)],
    [400, 'no HTTP', 'hello\r\n\r\n'],
    [400, 'a header without a name', request('GET / HTTP/1.1', HOST, ': x')],
    [
      400,
      'JSON that is none',
      `${request('POST / HTTP/1.1', HOST, 'Content-Type: application/json', 'Content-Length: 1')}{`,
    ],
    [404, 'nothing there', request('GET /nothing-here HTTP/1.1', HOST)],
    [404, 'another method', request('DELETE / HTTP/1.1', HOST)],
    [404, 'a folder', request('GET /assets/ HTTP/1.1', HOST)],
    [404, 'a path out of the page', request('GET /../package.json HTTP/1.1', HOST)],
    [404, 'one that is encoded', request('GET /assets/..%2f..%2fpackage.json HTTP/1.1', HOST)],
    [417, 'an expectation', request('GET / HTTP/1.1', HOST, 'Expect: magic')],
    [421, 'no host', request('GET / HTTP/1.1')],
    [421, 'another host', request('GET / HTTP/1.1', 'Host: evil.example')],
    [431, 'too many headers', request('GET / HTTP/1.1', HOST, `X: ${'x'.repeat(20_000)}`)],
  ])('%i: %s', async (status, _, text) => {
    const said = await raw(text);
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(headersIn(said)).toMatchObject(ISOLATED);
    expect(headersIn(said)['content-security-policy']).toMatch(/^default-src 'none'/);
  });
});

test('an unknown path is a 404 that names it', async () => {
  const response = await get('/nothing-here?x=1');
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({ error: 'there is nothing at GET /nothing-here' });
});

test('/healthz answers', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ ok: true });
});

describe('the host that a request names', () => {
  const status = async (host: string) => (await raw(request('GET / HTTP/1.1', `Host: ${host}`))).split(' ')[1];

  test.each(['localhost', 'LOCALHOST:80', '127.0.0.1', '127.0.0.1:4173', '[::1]', '[::1]:4173', 'bench.example:443'])(
    '%s is answered',
    async (host) => expect(await status(host)).toBe('200'),
  );

  test.each([
    'evil.example',
    'localhost.evil.example',
    'evil.example:4173',
    'localhost@evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.2',
    '0.0.0.0',
    '[::ffff:7f00:1]',
    'localhost:80:80',
    '',
  ])('"%s" is refused, by a line that names those that are not', async (host) => {
    const said = await raw(request('GET / HTTP/1.1', `Host: ${host}`));
    expect(said.split(' ')[1]).toBe('421');
    expect(said).toContain('open this page under one of localhost, 127.0.0.1, [::1], bench.example');
    expect(said).not.toContain('HBMark</title>');
  });
});

describe('connections that are broken off', () => {
  /** Opens a connection, asks for the script many times at once, and breaks it off without reading. */
  const abort = (times: number): Promise<void> =>
    new Promise((resolve) => {
      const asked = 'GET /assets/worker-1a2b3c.js HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(times);
      const socket: Socket = connect(port, '127.0.0.1', () => socket.write(asked, () => socket.resetAndDestroy()));
      socket.on('error', () => {}).on('close', () => resolve());
    });

  const connections = () =>
    new Promise<number>((resolve, reject) =>
      server.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
    );

  /** The number of descriptors that this process has open. Linux and macOS list them here. */
  const descriptors = () => readdirSync('/dev/fd').length;

  /** How often a hundred are broken off at once. */
  const HUNDREDS = ALL ? 100 : 20;

  test(`${HUNDREDS} hundred of them leave no descriptor and no connection`, async () => {
    await abort(20);
    await expect.poll(connections).toBe(0);
    const before = descriptors();
    for (let i = 0; i < HUNDREDS; i++) await Promise.all(Array.from({ length: 100 }, () => abort(20)));
    await expect.poll(connections).toBe(0);
    await expect.poll(descriptors).toBeLessThanOrEqual(before);
    expect((await get('/')).status).toBe(200);
  });
});

describe('listening', () => {
  test('answers at the address that it returns, on loopback', async () => {
    const own = createServer({ appFolder });
    const address = await listen(own, { port: 0 });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(address)).text()).toContain('HBMark');
    await own.close();
  });

  test('it is asked before anybody else asks, and no connection of that stays open', async () => {
    const own = createServer({ appFolder });
    let requests = 0;
    own.addHook('onResponse', async ({ headers }, { statusCode }) => {
      expect([headers.host, statusCode]).toEqual(['localhost', 200]);
      requests++;
    });
    const address = await listen(own, { port: 0 });
    await warmUp(address);
    expect(requests).toBeGreaterThan(100);
    await expect.poll(() => new Promise((resolve) => own.server.getConnections((_, count) => resolve(count)))).toBe(0);
    await own.close();
    // Nobody answers any more.
    await warmUp(address);
  });

  test('a port in use is refused in one line that names it and the fix', async () => {
    await expect(listen(createServer({ appFolder }), { port })).rejects.toThrow(
      `port ${port} is in use: choose another with --port N, or any free one with --port 0`,
    );
  });

  test('an address of another machine is refused in one line', async () => {
    await expect(listen(createServer({ appFolder }), { port: 0, host: '192.0.2.1' })).rejects.toThrow(
      'listen on an address of this machine, such as 127.0.0.1: 192.0.2.1 is none',
    );
  });
});

describe('draining', () => {
  /** Opens a connection to a server of its own, and resolves once it is taken. */
  async function opened(text: string) {
    const own = createServer({ appFolder });
    const address = new URL(await listen(own, { port: 0 }));
    let said = '';
    const socket = connect(Number(address.port), address.hostname);
    socket.setEncoding('latin1').on('data', (part) => {
      said += part;
    });
    const ended = new Promise<void>((resolve) => socket.on('error', () => {}).on('close', () => resolve()));
    socket.write(text);
    await new Promise((resolve) => own.server.once('connection', resolve));
    return { own, socket, ended, said: () => said };
  }

  test('ends idle connections and takes no more', async () => {
    const { own, ended, said } = await opened('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await expect.poll(said).toContain('{"ok":true}');
    await drain(own);
    await ended;
    expect(own.server.listening).toBe(false);
  });

  test('a request that never ends does not hold it up for longer than it may', async () => {
    const { own, ended } = await opened('GET /healthz HTTP/1.1\r\nHost: loc');
    await drain(own, 50);
    await ended;
  });
});
