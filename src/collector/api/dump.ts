/** The whole collection for whoever wants it: each run as a line of JSON, or the figures of all as a table. */

import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { MIN_ALIKE } from '../../crowd/public-record.ts';
import { PoolIsFull } from '../checking/pool.ts';
import type { PublicRunInput } from '../checking/public-run.ts';
import type { StoredRun } from '../store/store.ts';
import type { ApiContext, Route } from './context.ts';
import { type ParquetChunks, parquetChunks } from './parquet.ts';
import { tooMany, unavailable } from './problem.ts';

const HOUR_MS = 3_600_000;

/** The time after which a download that is not read on ends, in ms. */
const IDLE_MS = 60_000;

/** Runs that one task of a worker takes. */
const AT_A_TIME = 16;

/** How long a dump waits for a worker that is busy with submissions, in ms. */
const WAIT_MS = 200;

interface Dump {
  readonly path: string;
  readonly type: string;
  readonly summary: string;
  chunks(): AsyncIterable<string | Uint8Array>;
}

export function dumpRoutes(context: ApiContext): Route[] {
  let atOnce = 0;
  const { limits, submitters, store } = context;

  const dump = ({ path, type, summary, chunks }: Dump): Route => ({
    ...{ method: 'GET', path, summary },
    answers: {
      200: { description: 'All runs, the oldest first.', type },
      429: { description: 'Too many downloads of one network.' },
      503: { description: 'Too many downloads at a time.' },
    },
    async before(request, reply) {
      if (atOnce >= limits.dumpsAtOnce) throw unavailable('the collection is being downloaded by others', 30);
      // A connection that was broken off before tells nothing more, not even that it closes.
      if (reply.raw.closed) return;
      // Counted before anything is waited for: others may ask meanwhile.
      atOnce++;
      reply.raw.once('close', () => {
        atOnce--;
      });
      const submitter = await submitters.of(request.ip);
      const waitMs = await store.admit('dump', submitter, limits.dumpsPerHour, HOUR_MS);
      if (waitMs > 0)
        throw tooMany(`at most ${limits.dumpsPerHour} downloads an hour are given to one network`, waitMs);
    },
    async handle(_request: FastifyRequest, reply: FastifyReply) {
      // Who stops reading would keep others from it for good.
      reply.raw.setTimeout(IDLE_MS, () => reply.raw.destroy());
      return reply.type(type).header('cache-control', 'no-store').send(streamOf(chunks(), context.log));
    },
  });

  return [
    dump({
      path: '/v1/dump.jsonl',
      type: 'application/x-ndjson',
      summary: 'All runs with their records, one in a line of JSON.',
      chunks: () => lines(context),
    }),
    dump({
      path: '/v1/dump.parquet',
      type: 'application/vnd.apache.parquet',
      summary: 'The figures of all runs as a table: a line for each ceiling and each step.',
      chunks: () => table(context),
    }),
  ];
}

async function* lines(context: ApiContext): AsyncIterable<string> {
  const known = new Map<string, boolean>();
  for await (const runs of inGroups(context.store.all())) {
    const inputs: PublicRunInput[] = [];
    for (const run of runs) inputs.push({ run, isAlike: await isAlike(context, known, run) });
    yield await patiently(() => context.pool.run('publicRuns', inputs));
  }
}

async function isAlike({ store }: ApiContext, known: Map<string, boolean>, { typedName }: StoredRun): Promise<boolean> {
  if (typedName === '') return false;
  const found = known.get(typedName) ?? (await store.typedBy(typedName)) >= MIN_ALIKE;
  known.set(typedName, found);
  return found;
}

async function* table({ store }: ApiContext): AsyncIterable<Uint8Array> {
  const parquet: ParquetChunks = parquetChunks();
  for await (const { row, status, reasons } of store.all()) {
    const chunk = parquet.add({ ...row, status, reasons });
    if (chunk.length > 0) yield chunk;
  }
  yield parquet.end();
}

async function* inGroups(runs: AsyncIterable<StoredRun>): AsyncIterable<StoredRun[]> {
  let group: StoredRun[] = [];
  for await (const run of runs) {
    group.push(run);
    if (group.length < AT_A_TIME) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

/** Does it again until a worker has time: a dump is in no hurry. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PoolIsFull)) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    }
  }
}

/** A stream of chunks that are made as fast as they are read. A fault breaks it off, so that it is not taken for whole. */
function streamOf(chunks: AsyncIterable<string | Uint8Array>, log: (line: string) => void): Readable {
  const stream = Readable.from(chunks, { objectMode: false });
  stream.on('error', (error) => log(`a dump was broken off: ${error.message}`));
  return stream;
}
