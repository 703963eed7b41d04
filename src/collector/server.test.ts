import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createServer, listen } from './server.ts';

let appFolder: string;

beforeAll(() => {
  appFolder = mkdtempSync(join(tmpdir(), 'hbmark-app-'));
  mkdirSync(join(appFolder, 'assets'));
  writeFileSync(join(appFolder, 'index.html'), '<!doctype html><title>HBMark</title>');
  writeFileSync(join(appFolder, 'assets/worker-1a2b3c.js'), 'postMessage(1)');
});

afterAll(() => rmSync(appFolder, { recursive: true }));

const get = (url: string) => createServer({ appFolder }).inject(url);

describe('the page', () => {
  test.each(['/', '/assets/worker-1a2b3c.js', '/nothing-here', '/healthz'])(
    '%s is cross-origin isolated',
    async (url) => {
      expect((await get(url)).headers).toMatchObject({
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
      });
    },
  );

  test('allows nothing but its own files', async () => {
    const { headers } = await get('/');
    expect(String(headers['content-security-policy']).split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      "style-src 'self'",
      "img-src 'self' data: blob:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('never sends a browser to https, where nothing listens', async () => {
    const { headers } = await get('/');
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
  });

  test('is revalidated every time; its hashed assets are cached for good', async () => {
    expect((await get('/')).headers['cache-control']).toBe('no-cache');
    expect((await get('/assets/worker-1a2b3c.js')).headers['cache-control']).toBe(
      'public, max-age=31536000, immutable',
    );
  });

  test('must be built before it is served', () => {
    expect(() => createServer({ appFolder: '/nowhere' })).toThrow(
      'build the page first with "npm run build": there is no index.html in /nowhere',
    );
  });
});

test('an unknown path is a 404 that names it', async () => {
  const response = await get('/nothing-here?x=1');
  expect(response.statusCode).toBe(404);
  expect(response.json()).toEqual({ error: 'there is nothing at GET /nothing-here' });
});

test('files outside the page are not served', async () => {
  for (const url of ['/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fpackage.json']) {
    expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
  }
});

test('/healthz answers', async () => {
  expect((await get('/healthz')).json()).toEqual({ ok: true });
});

describe('listening', () => {
  test('answers at the address that it returns, on loopback', async () => {
    const server = createServer({ appFolder });
    const address = await listen(server, { port: 0 });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(address)).text()).toContain('HBMark');
    await server.close();
  });

  test('a port in use is refused in one line that names it and the fix', async () => {
    const first = createServer({ appFolder });
    const port = Number(new URL(await listen(first, { port: 0 })).port);
    await expect(listen(createServer({ appFolder }), { port })).rejects.toThrow(
      `port ${port} is in use: choose another with --port N, or any free one with --port 0`,
    );
    await first.close();
  });

  test('an address of another machine is refused in one line', async () => {
    await expect(listen(createServer({ appFolder }), { port: 0, host: '192.0.2.1' })).rejects.toThrow(
      'listen on an address of this machine, such as 127.0.0.1: 192.0.2.1 is none',
    );
  });
});
