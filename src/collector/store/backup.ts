/**
 * Backups: all that is kept of every run, as gzipped JSON Lines. One form for every database and every version, so that
 * a backup is also the way from one database to another. Its last line says how many runs there are, and the SHA-256 of
 * all lines before: a file that was cut or changed is refused before anything of it is kept.
 */

import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { z } from 'zod';
import type { Row, Status } from '../../crowd/row.ts';
import type { KeptRun, Store } from './store.ts';

const HEADER = '{"backup":"hbmark collection","version":1}';

const endSchema = z.strictObject({ runs: z.number().int().nonnegative(), sha256: z.string() });

const runSchema = z.strictObject({
  row: z.custom<Row>(
    (value) => z.looseObject({ id: z.string(), steps: z.array(z.unknown()) }).safeParse(value).success,
  ),
  canonical: z.string(),
  tokenHash: z.string(),
  consent: z.string(),
  receivedMs: z.number().int(),
  submitter: z.string(),
  typedName: z.string(),
  status: z.enum(['quarantined', 'plausible', 'reproduced', 'rejected'] satisfies readonly Status[]),
  reasons: z.array(z.strictObject({ rule: z.string(), text: z.string() })),
});

/** A backup that cannot be read. Its message says why, and what to do. */
export class BadBackup extends Error {}

/**
 * Writes a backup. The file is there only once it is whole and on disk; one of that name is replaced then.
 * @returns the number of runs
 */
export async function writeBackup(store: Pick<Store, 'kept'>, file: string): Promise<number> {
  const part = `${file}.unfinished`;
  let runs = 0;
  try {
    const lines = async function* (): AsyncIterable<string> {
      const hash = createHash('sha256');
      const hashed = (line: string): string => {
        hash.update(line);
        return line;
      };
      yield hashed(`${HEADER}\n`);
      for await (const run of store.kept()) {
        runs++;
        yield hashed(`${JSON.stringify(run)}\n`);
      }
      const end: z.infer<typeof endSchema> = { runs, sha256: hash.digest('hex') };
      yield `${JSON.stringify(end)}\n`;
    };
    await pipeline(Readable.from(lines()), createGzip(), createWriteStream(part));
    const written = await open(part);
    await written.sync();
    await written.close();
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  return runs;
}

/** What a restored backup changed. */
export interface Restored {
  readonly added: number;
  /** Runs that were there already: they stay as they were. */
  readonly known: number;
}

/**
 * Adds the runs of a backup that are not there, with what became of them. One that was broken off can be begun again.
 * @throws BadBackup, before anything is added
 */
export async function restoreBackup(store: Store, file: string): Promise<Restored> {
  await requireWhole(file);
  let [added, known] = [0, 0];
  const keep = async (run: KeptRun): Promise<void> => {
    const isNew = (await store.add(run)) === 'added';
    if (isNew) added++;
    else known++;
    if (!isNew && (await isJudged(store, run))) return;
    if (run.status !== 'quarantined' || run.reasons.length > 0) {
      await store.judge(run.row.id, run.status, run.reasons);
    }
  };
  let waiting: KeptRun[] = [];
  for await (const line of linesOf(file)) {
    const run = runIn(line);
    if (run !== undefined) waiting.push(run);
    if (waiting.length < AT_ONCE) continue;
    await Promise.all(waiting.map(keep));
    waiting = [];
  }
  await Promise.all(waiting.map(keep));
  return { added, known };
}

/** Runs that are added at the same time, and so share their commits. */
const AT_ONCE = 32;

/** Whether a run that is there has been judged: one that was added by a restoration which then broke off has not. */
async function isJudged(store: Store, { row }: KeptRun): Promise<boolean> {
  const found = await store.find(row.id);
  return found !== undefined && (found.status !== 'quarantined' || found.reasons.length > 0);
}

/** A line's run; undefined for the first line and the last. */
function runIn(line: string): KeptRun | undefined {
  const parsed = runSchema.safeParse(jsonIn(line));
  return parsed.success ? parsed.data : undefined;
}

async function requireWhole(file: string): Promise<void> {
  const hash = createHash('sha256');
  let [lines, runs] = [0, 0];
  let last: string | undefined;
  try {
    for await (const line of linesOf(file)) {
      if (last === undefined && line !== HEADER) throw new BadBackup(`${file} is no backup of a collection`);
      if (last !== undefined) {
        hash.update(`${last}\n`);
        if (lines++ > 0 && runIn(last) !== undefined) runs++;
      }
      last = line;
    }
  } catch (cause) {
    if (cause instanceof BadBackup) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new BadBackup(`${file} cannot be read as a backup (${why}): use another`, { cause });
  }
  const end = endSchema.safeParse(jsonIn(last ?? ''));
  if (!end.success || end.data.runs !== runs || runs !== lines - 1 || end.data.sha256 !== hash.digest('hex')) {
    throw new BadBackup(`${file} was cut or changed after it was written: nothing of it was kept; use another`);
  }
}

/** The lines of a gzipped file. Only \n ends one: JSON holds other characters that some take for the end of a line. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const bytes = createReadStream(file);
  const text = createGunzip();
  bytes.on('error', (error) => text.destroy(error)).pipe(text);
  let rest = '';
  for await (const chunk of text.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function jsonIn(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
