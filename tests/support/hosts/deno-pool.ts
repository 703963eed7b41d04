/**
 * Deno as a pool of vitest: test files run in a process of Deno, one after another. wgpu panics where Dawn reports an
 * error, and takes the process along. A test in which that happens has failed; its file is run again without it.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'flatted';
import type { PoolOptions, PoolRunnerInitializer, PoolWorker, WorkerRequest } from 'vitest/node';
import { DENO_FLAGS } from '../../../src/cli/hosts/deno/deno.ts';
import { findDeno } from '../../../src/cli/hosts/find-programs.mjs';

/** The value of `pool`. */
export const denoPool: PoolRunnerInitializer = {
  name: 'deno',
  createPoolWorker: (options) => new DenoWorker(options),
};

/** The environment variable that names the folder in which pool and tests tell each other of panics. */
export const PANICS = 'HBMARK_PANICS';

/** In that folder: the id of the test that runs. Written before it starts, since a panic lets nobody say anything. */
export const RUNNING = 'running';

/** In that folder: why tests ended their process, by the tests' ids, as JSON. */
export const PANICKED = 'panicked.json';

const PROGRAM = fileURLToPath(new URL('deno-worker.ts', import.meta.url));

class DenoWorker implements PoolWorker {
  readonly name = 'deno';
  readonly #env: NodeJS.ProcessEnv;
  readonly #events = new EventEmitter();
  readonly #folder = mkdtempSync(join(tmpdir(), 'hbmark-deno-'));
  readonly #panicked: Record<string, string> = {};
  #child: ChildProcess | undefined;
  /** What a process that follows one that ended is told: to start, and then to run the file again. */
  #orders: { start?: WorkerRequest; run?: WorkerRequest } = {};

  constructor({ env }: PoolOptions) {
    this.#env = { ...env, [PANICS]: this.#folder };
  }

  on(event: string, callback: (argument: unknown) => void): void {
    this.#events.on(event, callback);
  }

  off(event: string, callback: (argument: unknown) => void): void {
    this.#events.off(event, callback);
  }

  send(message: WorkerRequest): void {
    if (message.type === 'start' || message.type === 'run') this.#orders[message.type] = message;
    this.#child?.send(stringify(message));
  }

  deserialize(text: unknown): unknown {
    return parse(String(text));
  }

  async start(): Promise<void> {
    const deno = findDeno();
    if (deno === undefined) throw new Error('run "npm ci": it installs Deno, which was not found on this machine');
    const child = spawn(deno, [...DENO_FLAGS, PROGRAM], {
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      env: this.#env,
    });
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    child.on('message', (message) => this.#events.emit('message', message));
    child.on('error', (error) => this.#events.emit('error', error));
    child.on('close', () => this.#ended(child, said));
    this.#child = child;
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child && child.exitCode === null) await new Promise((resolve) => child.once('close', resolve).kill('SIGKILL'));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ended(child: ChildProcess, said: string): void {
    // It was told to.
    if (child !== this.#child) return;
    const test = this.#runningTest();
    if (test === undefined) {
      process.stderr.write(said);
      this.#events.emit('exit', child.exitCode);
      return;
    }
    const panic = /panicked at .*/s.exec(said)?.[0].trim();
    this.#panicked[test] = panic ?? `exit code ${child.exitCode}: ${said}`;
    writeFileSync(join(this.#folder, PANICKED), JSON.stringify(this.#panicked));
    void this.#runAgain();
  }

  async #runAgain(): Promise<void> {
    await this.start();
    const { start, run } = this.#orders;
    if (start) this.send(start);
    this.#child?.once('message', () => run && this.send(run));
  }

  /** Returns the id of the test that runs, and forgets it. Undefined: none runs. */
  #runningTest(): string | undefined {
    const file = join(this.#folder, RUNNING);
    if (!existsSync(file)) return undefined;
    const id = readFileSync(file, 'utf8');
    rmSync(file);
    return id in this.#panicked ? undefined : id;
  }
}
