/** Tests of what strangers may send to a collector: each gets one clear answer, and none costs more than it may. */

import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bodyOf, type Collecting, runOf, startCollector } from '../../../tests/support/crowd/collecting.ts';
import { CONSENT_VERSION } from '../../crowd/consent.ts';
import { MAX_BODY_BYTES } from '../checking/submission.ts';

let collecting: Collecting;
beforeAll(async () => {
  collecting = await startCollector({ limits: { submissionsPerHour: 1000 } });
});
afterAll(() => collecting.close());

interface Refused {
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly rule: string }[];
}

async function post(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Refused> {
  const response = await fetch(`${collecting.address}v1/runs`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  });
  const answer: Refused = await response.json();
  if (response.status >= 400) {
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.status).toBe(response.status);
  }
  return { ...answer, status: response.status };
}

const gzipped = { 'content-encoding': 'gzip' };
const text = bodyOf(runOf(0));

describe('a record that is none', () => {
  test.each<[string, number, string, string, string]>([
    ['nothing', 400, '', '', 'must be JSON'],
    ['no JSON', 400, '{', '', 'must be JSON'],
    ['a list', 422, '[]', '', 'must be an object; got a list'],
    ['no consent', 422, '{"record":{}}', 'consent', 'got nothing'],
    ['a consent of another version', 422, '{"consent":"0","record":{}}', 'consent', `must be "${CONSENT_VERSION}"`],
    ['no record', 422, `{"consent":"${CONSENT_VERSION}"}`, 'record', 'got nothing'],
    ['another key', 422, text.replace('{', '{"more":1,'), '', 'Unrecognized key: "more"'],
    ['a key of 100 kB', 422, text.replace('{', `{"${'['.repeat(1e5)}":1,`), '', 'Unrecognized key: "[['],
    [
      'a key twice',
      400,
      text.replace('"seed":', '"seed":1,"seed":'),
      'record',
      'must not have a key twice; got "seed"',
    ],
    ['a prototype key', 422, text.replace('"seed":', '"__proto__":{},"seed":'), 'record', '__proto__'],
    ['a prototype key outside', 422, text.replace('{', '{"__proto__":{"consent":"1"},'), '', '__proto__'],
    ['a record of another version', 422, text.replace(/"schema":\d/, '"schema":9'), 'record.schema', ''],
    [
      'an edited id',
      422,
      text.replace(/"id":"[0-9a-f]{4}/, '"id":"0000'),
      'record.id',
      'must be the SHA-256 of the rest',
    ],
    ['an edited figure', 422, text.replace(/"seed":\d+/, '"seed":7'), 'record.id', 'was changed after it was written'],
    ['half a surrogate pair', 422, text.replace('"trusted"', '"\\ud800"'), 'record.clock', 'half a surrogate pair'],
  ])('%s', async (_, status, body, path, rule) => {
    const refused = await post(body);
    expect([refused.status, refused.errors?.[0]?.path]).toEqual([status, path]);
    expect(refused.errors?.[0]?.rule).toContain(rule);
    expect(JSON.stringify(refused).length).toBeLessThan(40_000);
  });

  test('bytes that are no UTF-8', async () => {
    expect(await post(new Uint8Array([0x22, 0xff, 0xfe, 0x22]))).toMatchObject({
      status: 400,
      detail: 'the body must be UTF-8',
    });
  });

  test('a million lists in each other', async () => {
    const refused = await post(`{"consent":"${CONSENT_VERSION}","record":${'['.repeat(1e6)}${']'.repeat(1e6)}}`);
    expect([refused.status, refused.errors?.[0]?.rule]).toEqual([400, 'must not lie deeper than 16 levels']);
  });

  test('more values than a record can hold', async () => {
    const body = gzipSync(`{"consent":"1","record":[${'[],'.repeat(8e6)}[]]}`);
    const refused = await post(body, gzipped);
    expect([refused.status, refused.detail]).toEqual([413, expect.stringContaining('values')]);
  });
});

describe('a body that is too large', () => {
  test('once it is inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(MAX_BODY_BYTES + 1, ' '));
    expect(bomb.length).toBeLessThan(200_000);
    expect(await post(bomb, gzipped)).toMatchObject({
      status: 413,
      detail: expect.stringContaining('once it is inflated'),
    });
  });

  test('by its own word: it is not even read', async () => {
    const said = await raw(
      `POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n{`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(said).toContain(`the body must be at most ${MAX_BODY_BYTES} bytes`);
  });

  test('without its length', async () => {
    const said = await raw(
      'POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
    );
    expect(said).toMatch(/^HTTP\/1\.1 411 /);
  });

  test('where none is read', async () => {
    const response = await fetch(`${collecting.address}v1/runs/${'0'.repeat(64)}`, {
      ...{ method: 'DELETE', body: 'x'.repeat(20_000) },
      headers: { authorization: 'Bearer x' },
    });
    expect(response.status).toBe(413);
  });

  test('gzip that is none, and gzip that is cut off', async () => {
    const detail = 'the body must be gzip, as its content-encoding says; it cannot be inflated';
    expect(await post('{}', gzipped)).toMatchObject({ status: 400, detail });
    expect(await post(gzipSync(text).subarray(0, 1000), gzipped)).toMatchObject({ status: 400, detail });
  });
});

/** Sends text as it is, and resolves to what is answered until the connection ends. */
function raw(sent: string, port = collecting.port): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const socket = connect(port, '127.0.0.1', () => void socket.write(sent));
    socket.setEncoding('latin1').on('data', (part) => {
      said += part;
    });
    socket.on('close', () => resolve(said)).on('error', reject);
  });
}

describe('clients that are slow, or break off', () => {
  const head = `POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n`;

  test.each([
    ['headers that never end', head],
    ['a body that never ends', `${head}\r\n{"consent"`],
  ])('%s: the connection is ended', async (_, sent) => {
    // Their own service: others may well take longer than this.
    const hasty = await startCollector({
      server: { timeouts: { headersMs: 300, requestMs: 600, lookEveryMs: 50 } },
    });
    expect(await raw(sent, hasty.port)).toMatch(/^HTTP\/1\.1 408 /);
    await hasty.close();
  });

  test('requests in a row that are broken off leave nothing behind', async () => {
    for (let i = 0; i < 20; i++) {
      await new Promise<void>((resolve) => {
        const socket = connect(collecting.port, '127.0.0.1', () =>
          socket.write(`${head}\r\n${text}`.repeat(3), () => socket.resetAndDestroy()),
        );
        socket.on('error', () => {}).on('close', () => resolve());
      });
    }
    // What came whole may have been kept, and what did not was not.
    expect((await fetch(`${collecting.address}healthz`)).status).toBe(200);
    await expect
      .poll(async () => (await fetch(`${collecting.address}metrics`)).text())
      .toMatch(/hbmark_waiting_tasks 0\n[\s\S]*hbmark_receiving_bytes 0/);
  });
});

test('after all of it, a run is taken, and no line about a fault was written', async () => {
  expect((await post(bodyOf(runOf(99)))).status).toBe(201);
  expect(collecting.lines).toEqual([]);
});
