/**
 * A PostgreSQL server in a temporary folder, on a port of its own, with fsync on as by default. Everything about it is
 * found out by its folder, so that one process can start it and another kill it.
 */

import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findPostgres } from '../../../tools/find-postgres.mjs';

export interface PostgresPlace {
  /** The folder of its programs, and that of its data. */
  readonly programs: string;
  readonly data: string;
  readonly port: number;
  /** The user that it runs as: another than root, as whom it refuses to run. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined;
}

/** A name that is always there, to make others from. */
const FIRST_DATABASE = 'postgres';

/** Makes a server's folder, and starts it. @throws Error if there is no PostgreSQL */
export async function makeServer(): Promise<PostgresPlace> {
  const programs = findPostgres();
  if (programs === undefined)
    throw new Error('the tests of the collector need PostgreSQL: run "npm test -- collector"');
  const data = mkdtempSync(join(tmpdir(), 'hbmark-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: idOf('-u'), gid: idOf('-g') } : undefined;
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const flags = [
    '--pgdata',
    data,
    '--username',
    'hbmark',
    '--auth=trust',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  execFileSync(join(programs, 'initdb'), flags, { ...user, cwd: data, stdio: ['ignore', 'ignore', 'inherit'] });
  const place = { programs, data, port: await freePort(), user };
  await startServer(place);
  return place;
}

/** Debian makes the user `postgres`; any user without rights will do. */
function idOf(which: '-u' | '-g'): number {
  try {
    return Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return 65_534;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Starts a server, and resolves once it answers. */
export async function startServer(place: PostgresPlace): Promise<void> {
  const { programs, data, port, user } = place;
  const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'jit=off'];
  const log = openSync(join(data, 'server.log'), 'a');
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...user,
    cwd: data,
    detached: true,
    stdio: ['ignore', log, log],
  });
  child.unref();
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const code = await Promise.race([ended, untilAnswered(place)]);
  if (code !== undefined) throw new Error(`PostgreSQL ended with ${code}: ${readFileSync(join(data, 'server.log'))}`);
}

async function untilAnswered(place: PostgresPlace): Promise<void> {
  for (;;) {
    try {
      return await ask(place, 'select 1');
    } catch {
      await delay(50);
    }
  }
}

/** The processes of a server, the first one first; none if it does not run. Linux lists them. */
export function processesOf({ data }: PostgresPlace): number[] {
  try {
    const [first = ''] = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    const children = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').trim().split(' ');
    return [first, ...children].filter((pid) => pid !== '').map(Number);
  } catch {
    return [];
  }
}

/** Kills all processes of a server at once, as losing power would. */
export async function killServer(place: PostgresPlace): Promise<void> {
  // Stopped, the first one makes no more of them: one that is not killed keeps the server from starting again.
  const [first] = processesOf(place);
  if (first !== undefined) signal(first, 'SIGSTOP');
  const processes = processesOf(place);
  for (const pid of processes) signal(pid, 'SIGKILL');
  while (processes.some((pid) => signal(pid, 0))) await delay(10);
  // After a start of the machine no process has that number. Here a zombie has it until its parent looks, which may be
  // never, and PostgreSQL takes it for a server that runs.
  rmSync(join(place.data, 'postmaster.pid'), { force: true });
}

/** Stops a server; its clients are cut off. */
export async function stopServer(place: PostgresPlace): Promise<void> {
  const [first, ...rest] = processesOf(place);
  if (first === undefined) return;
  signal(first, 'SIGINT');
  while ([first, ...rest].some((pid) => signal(pid, 0))) await delay(10);
}

/** Sends a signal. @returns whether there is such a process, which is no zombie */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, name);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

export async function removeServer(place: PostgresPlace): Promise<void> {
  await stopServer(place);
  rmSync(place.data, { recursive: true });
}

/** The URL of a database of a server. @param options settings of its sessions */
export const urlOf = ({ port }: PostgresPlace, database: string, options = ''): string =>
  `postgres://hbmark@127.0.0.1:${port}/${database}${options && `?options=${encodeURIComponent(options)}`}`;

/** Runs statements, each by itself. */
export async function ask(place: PostgresPlace, ...statements: string[]): Promise<void> {
  await askIn(urlOf(place, FIRST_DATABASE), ...statements);
}

/** The same in a database. */
export async function askIn(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

let made = 0;

/** Makes an empty database. @param more ends the statement that makes it. @returns its name */
export async function makeDatabase(place: PostgresPlace, more = ''): Promise<string> {
  const name = `runs_${process.pid}_${++made}`;
  await ask(place, `create database ${name} ${more}`);
  return name;
}
