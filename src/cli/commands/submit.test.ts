import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readRecord } from '../../../results/record/check.ts';
import { seal } from '../../../results/record/digest.ts';
import { CONSENT_VERSION } from '../../crowd/consent.ts';
import { commandLine } from '../command-line.ts';
import { EXIT } from '../errors.ts';
import { agrees } from '../submitting/ask.ts';
import { COMMANDS } from './index.ts';
import { submit } from './submit.ts';

const RECORD = 'results/data/2026-11-24-swiftshader-quick.json';
const record = readRecord(JSON.parse(readFileSync(RECORD, 'utf8')));

let out: string[] = [];
let err: string[] = [];
let folder: string;
beforeEach(() => {
  [out, err] = [[], []];
  vi.spyOn(console, 'log').mockImplementation((line) => void out.push(line));
  vi.spyOn(console, 'error').mockImplementation((line) => void err.push(line));
  folder = mkdtempSync(join(tmpdir(), 'hbmark-submit-'));
  vi.stubEnv('HBMARK_DATA', join(folder, 'data'));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const run = async (files: readonly string[], flags: Readonly<Record<string, unknown>>) =>
  submit.run(submit.parse(files, flags));

/** What the collector keeps, and what it is asked to answer next in place of its own answer. */
const runs = new Map<string, string>();
let received: { readonly consent: string; readonly record: { readonly id: string } } | undefined;
let next: { readonly status: number; readonly headers?: Record<string, string>; readonly body: string } | undefined;

/** A collector that keeps to the contract: POST and DELETE of `v1/runs`. */
function collector(): FastifyInstance {
  const server = fastify();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  server.addHook('onRequest', async (_, reply) => {
    if (next)
      await reply
        .code(next.status)
        .headers(next.headers ?? {})
        .send(next.body);
  });
  server.post('/v1/runs', async (request, reply) => {
    expect(request.headers['content-encoding']).toBe('gzip');
    if (!Buffer.isBuffer(request.body)) throw new Error('there is no body');
    const submission = JSON.parse(gunzipSync(request.body).toString());
    received = submission;
    const { id } = submission.record;
    if (runs.has(id)) return reply.code(200).send({ id });
    runs.set(id, `token-of-${id.slice(0, 8)}`);
    return reply.code(201).send({ id, token: runs.get(id), status: 'quarantined' });
  });
  server.delete<{ Params: { id: string } }>('/v1/runs/:id', async ({ params: { id }, headers }, reply) => {
    const problem = (status: number, detail: string) =>
      reply.code(status).type('application/problem+json').send({ title: 'No', status, detail });
    if (!runs.has(id)) return problem(404, 'there is no such run');
    if (headers.authorization !== `Bearer ${runs.get(id)}`) return problem(403, 'this is not the token of the run');
    runs.delete(id);
    return reply.code(204).send();
  });
  return server;
}

let server: FastifyInstance;
let to: string;
beforeAll(async () => {
  server = collector();
  to = `${await server.listen({ port: 0, host: '127.0.0.1' })}/`;
});
afterAll(() => server.close());
afterEach(() => {
  runs.clear();
  [received, next] = [undefined, undefined];
});

const tokens = () => join(folder, 'data/tokens');

describe('sending', () => {
  test('prints id, link and token, keeps the token for its owner alone, and deletes by it', async () => {
    expect(await run([RECORD], { to, yes: true })).toBe(EXIT.done);
    expect(received).toMatchObject({ consent: CONSENT_VERSION, record: { id: record.id } });
    const said = out.join('\n');
    expect(said).toContain(`id       ${record.id}`);
    expect(said).toContain(`link     ${to}result/?run=${record.id}`);
    expect(said).toContain(`token    token-of-${record.id.slice(0, 8)}`);
    const [file = '', ...others] = readdirSync(tokens());
    expect(others).toEqual([]);
    expect(JSON.parse(readFileSync(join(tokens(), file), 'utf8'))).toMatchObject({ id: record.id, to });
    if (process.platform !== 'win32') {
      expect(statSync(join(tokens(), file)).mode & 0o777).toBe(0o600);
      expect(statSync(tokens()).mode & 0o777).toBe(0o700);
    }
    expect(await run([], { delete: record.id.slice(0, 12), to })).toBe(EXIT.done);
    expect(runs.size).toBe(0);
    expect(readdirSync(tokens())).toEqual([]);
    expect(() => submit.parse([], { delete: record.id, to })).not.toThrow();
    await expect(run([], { delete: record.id, to })).rejects.toThrow(
      `no token of a run ${record.id} at ${to} is kept in`,
    );
  });

  test('a run that is there already is said to be, and its token is not ours', async () => {
    runs.set(record.id, 'of somebody else');
    expect(await run([RECORD], { to, yes: true })).toBe(EXIT.done);
    expect(out.join('\n')).toContain('is in the collection already');
    expect(readdirSync(tokens())).toEqual([]);
  });

  test('a note stays here', async () => {
    const { id: _, ...body } = record;
    const file = join(folder, 'noted.json');
    writeFileSync(file, JSON.stringify(seal({ ...body, reported: { note: 'my desk' } })));
    expect(await run([file], { to, yes: true })).toBe(EXIT.done);
    expect(received?.record).toMatchObject({ reported: {} });
    expect(JSON.stringify(received)).not.toContain('my desk');
  });

  test.each<[string, typeof next, string]>([
    [
      'a refusal, with path and rule',
      {
        status: 422,
        headers: { 'content-type': 'application/problem+json' },
        body: JSON.stringify({
          title: 'Refused',
          detail: 'a rule is broken',
          errors: [{ path: 'id', rule: 'must be it' }],
        }),
      },
      'refuses it (a rule is broken; id: must be it)',
    ],
    ['a busy collector', { status: 429, headers: { 'retry-after': '30' }, body: '' }, 'try again in 30 s'],
    ['a full one', { status: 503, body: '{}' }, 'it answered 503; try again later'],
    ['a host of files', { status: 405, body: '<h1>no</h1>' }, 'there is no collector at this address: it answered 405'],
    ['a page that answers anything', { status: 200, body: '<!doctype html>' }, 'there is no collector at this address'],
    [
      'another address',
      { status: 308, headers: { location: 'https://evil.example/' }, body: '' },
      'it points to https://evil.example/',
    ],
    [
      'an answer that would act on the terminal',
      {
        status: 400,
        headers: { 'content-type': 'application/problem+json' },
        body: '{"detail":"\\u001b]0;owned\\u0007"}',
      },
      'refuses it (\ufffd]0;owned\ufffd)',
    ],
    [
      'an id that is none',
      { status: 201, body: '{"id":"../../evil","token":"x"}' },
      'there is no collector at this address',
    ],
    ['an endless answer', { status: 200, body: '"'.padEnd(1e6, 'x') }, 'there is no collector at this address'],
  ])('%s is one clear line, and the file is as it was', async (_, answer, said) => {
    next = answer;
    expect(await run([RECORD], { to, yes: true })).toBe(EXIT.unsent);
    expect(err).toEqual([expect.stringContaining(said)]);
    expect(err[0]).toMatch(/^hbmark: results\/.* was not added: .*; the file is as it was$/);
    expect(readRecord(JSON.parse(readFileSync(RECORD, 'utf8'))).id).toBe(record.id);
  });

  test('a collector that is not there is one clear line', async () => {
    expect(await run([RECORD], { to: 'http://127.0.0.1:9', yes: true })).toBe(EXIT.unsent);
    expect(err).toEqual([expect.stringContaining('http://127.0.0.1:9/ gave no answer (nothing answers there (')]);
  });

  test('one of several that is refused does not keep the others', async () => {
    const other = 'results/data/2026-11-24-lavapipe-quick.json';
    expect(await run([RECORD, other], { to, yes: true })).toBe(EXIT.done);
    expect(runs.size).toBe(2);
  });
});

describe('deleting', () => {
  test('by a wrong token is refused, and the token kept', async () => {
    await run([RECORD], { to, yes: true });
    runs.set(record.id, 'another');
    expect(await run([], { delete: record.id, to })).toBe(EXIT.unsent);
    expect(err).toEqual([expect.stringContaining('this is not the token of the run; its token is kept')]);
    expect(readdirSync(tokens()).length).toBe(1);
  });

  test('what is gone is said to be, and its token forgotten', async () => {
    await run([RECORD], { to, yes: true });
    runs.clear();
    expect(await run([], { delete: record.id, to })).toBe(EXIT.done);
    expect(out.at(-1)).toContain('is not in the collection at');
    expect(readdirSync(tokens())).toEqual([]);
  });

  test('the same run at two collectors has two tokens', async () => {
    await run([RECORD], { to, yes: true });
    await run([RECORD], { to: `${to}elsewhere`, yes: true });
    // Nothing is known of the other: its answer may have been lost.
    expect(readdirSync(tokens())).toHaveLength(2);
    expect(await run([], { delete: record.id, to: `${to}elsewhere` })).toBe(EXIT.unsent);
    expect(await run([], { delete: record.id, to })).toBe(EXIT.done);
  });
});

describe('without sending', () => {
  test('--dry-run says what would be sent, what the rules say, and what one would agree to', async () => {
    expect(await run([RECORD], { dryRun: true })).toBe(EXIT.done);
    const said = out.join('\n');
    expect(said).toMatch(/id {7}[0-9a-f]{64}\nsize {5}\d+ bytes, \d+ compressed\nrules {4}\S/);
    expect(said).toContain(`What you agree to (version ${CONSENT_VERSION})`);
    expect(received).toBeUndefined();
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('flags of two words are read as they are typed', async () => {
    const typed = commandLine(COMMANDS);
    expect(await typed.run(['node', 'hbmark', 'submit', RECORD, '--dry-run'])).toBe(EXIT.done);
    expect(out.join('\n')).toContain('What you agree to');
    await expect(typed.run(['node', 'hbmark', 'submit', RECORD, '--dry-run', '--as-file'])).rejects.toThrow(
      'give one of',
    );
  });

  test('--as-file writes the file of a pull request and says the next steps', async () => {
    const file = join(process.cwd(), RECORD);
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect(await run([file], { asFile: true })).toBe(EXIT.done);
      const path = `results/data/2026/${record.id}.json`;
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(readFileSync(file, 'utf8')));
      expect(out.slice(-3).map((line) => line.slice(0, 9))).toEqual(['written  ', '1.       ', '2.       ']);
      expect(await run([file], { asFile: true })).toBe(EXIT.done);
      expect(out.at(-1)).toBe(`${path} is there already`);
    } finally {
      process.chdir(before);
    }
  });
});

describe('what cannot be used is refused in one line', () => {
  test.each<[readonly string[], Readonly<Record<string, unknown>>, string]>([
    [[], {}, 'name at least one record: hbmark submit RECORD.json --to URL'],
    [
      [RECORD],
      {},
      '--to must be the address of a collector’s page, such as https://bench.example/; without a collector',
    ],
    [[RECORD], { to: 'bench.example' }, '--to must be the address of a collector’s page'],
    [[RECORD], { to: 'ftp://bench.example/' }, '--to must be'],
    [[RECORD], { to: 'https://bench.example/?a=1' }, '--to must be'],
    [[RECORD], { to: 'https://user:secret@bench.example/' }, '--to must be'],
    [[RECORD], { to: 'https://bench.example/' }, 'nobody is at a terminal to be asked'],
    [[RECORD], { asFile: true, to: 'https://bench.example/' }, 'leave --to out: --as-file sends nothing'],
    [[RECORD], { asFile: true, dryRun: true }, 'give one of --as-file and --dry-run'],
    [[RECORD], { delete: 'abcdef12', to: 'https://bench.example/' }, '--delete takes no records; got results/data'],
    [[], { delete: 'abcdef12' }, '--to must be'],
    [[], { delete: 'xyz', to: 'https://bench.example/' }, '--delete must be the id of a run: 8 to 64'],
    [['package.json'], { dryRun: true }, 'submit must be a record of HBMark; package.json: '],
    [['/nowhere.json'], { dryRun: true }, 'cannot read /nowhere.json'],
  ])('submit %j %j', (files, flags, said) => {
    expect(() => submit.parse(files, flags)).toThrow(said);
  });

  test.each([
    [Array<string>(100).fill('x.json'), { delete: 'abcdef12', to: 'https://bench.example/' }],
    [['x'.repeat(400)], { dryRun: true }],
  ])('names of any length make a message that is shown as a whole', (files, flags) => {
    expect(() => submit.parse(files, flags)).toThrow(/^.{1,300}$/);
  });

  test('a folder for tokens that cannot be written is refused before anything is sent', async () => {
    writeFileSync(join(folder, 'data'), 'a file');
    await expect(run([RECORD], { to, yes: true })).rejects.toThrow(
      'must be a folder that can be written, for the token that deletes a run; set HBMARK_DATA to another',
    );
    expect(received).toBeUndefined();
  });
});

describe('whoever is asked', () => {
  const answered = async (text: string | null) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    input.end(text ?? undefined);
    return { agreed: await agrees('Send it?', { input, output }), asked: String(output.read()) };
  };

  test.each(['y\n', 'yes\n', ' Y \r\n', 'y'])('%j is a yes', async (text) =>
    expect(await answered(text)).toEqual({ agreed: true, asked: 'Send it? [y/N] ' }),
  );

  test.each(['\n', 'n\n', 'yes please\n', 'no\ny\n', null])('%j is a no', async (text) =>
    expect((await answered(text)).agreed).toBe(false),
  );
});
