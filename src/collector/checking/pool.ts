/**
 * A pool of worker threads with limits of time and memory. A request's thread never looks into a record. A worker that
 * breaks a limit is ended with its task, and another takes its place.
 */

import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { memoryOf } from './memory.ts';
import type { Done, Task, TaskInput, TaskName, TaskOutput } from './tasks.ts';

export interface PoolOptions {
  /** The built `record-worker.ts`. */
  readonly workerFile: URL;
  /** The number of workers. Default: one for each core, at most `MAX_WORKERS`. */
  readonly workers?: number | undefined;
  /** The longest time of a task, in ms. */
  readonly maxTaskMs?: number | undefined;
  /** The memory of a worker's objects, in MiB. */
  readonly maxMemoryMiB?: number | undefined;
  /** The most tasks that wait; judgements do not count. */
  readonly maxWaiting?: number | undefined;
}

const MAX_WORKERS = 8;

/** The largest records take some 2 s of CPU on a busy machine. */
const MAX_TASK_MS = 20_000;

/** The largest records, and twice as much. A body of a million empty lists takes less. */
const MAX_MEMORY_MIB = 768;

/** A record's values die young: a fifth of a worker's time was spent on copying those that were still in use. */
const YOUNG_MIB = 64;

/** At 5 ms a record, they wait for about a second. */
const MAX_WAITING = 256;

/** A task broke a limit. The message says which. */
export class TooCostly extends Error {
  override readonly name = 'TooCostly';
}

/** More tasks wait than are taken. */
export class PoolIsFull extends Error {
  override readonly name = 'PoolIsFull';
}

/** What is done first when several wait: what somebody waits for, before what may come seconds later. */
const ORDER: readonly TaskName[] = ['submission', 'publicRuns', 'judgement'];

/** A judgement that has waited for this long, in ms, comes first: submissions without end must not keep it waiting. */
const MAX_LAST_MS = 3000;

const ENDING = 'the service is ending';

interface Job {
  readonly task: Task;
  readonly sinceMs: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Pool {
  readonly #options: Required<{ [Key in keyof PoolOptions]: NonNullable<PoolOptions[Key]> }>;
  readonly #waiting: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, { readonly job: Job; readonly timer: NodeJS.Timeout }>();
  /**
   * The worker that judges. Compiling the rules, and assembling the kernels that a record is compared with, takes a thread
   * half a second of CPU: one of them does it, and then has it done.
   */
  #judging: Worker | undefined;
  #isClosed = false;

  constructor(options: PoolOptions) {
    this.#options = {
      workerFile: options.workerFile,
      workers: options.workers ?? Math.min(MAX_WORKERS, availableParallelism()),
      maxTaskMs: options.maxTaskMs ?? MAX_TASK_MS,
      maxMemoryMiB: options.maxMemoryMiB ?? MAX_MEMORY_MIB,
      maxWaiting: options.maxWaiting ?? MAX_WAITING,
    };
    for (let i = 0; i < this.#options.workers; i++) this.#start();
  }

  /** The number of tasks that wait for a worker. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Does a task.
   *
   * @throws TooCostly if it takes too long or too much memory
   * @throws PoolIsFull if too many wait
   * @throws Error with the task's own message
   */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>): Promise<TaskOutput<Name>> {
    if (this.#isClosed) return Promise.reject(new PoolIsFull(ENDING));
    if (name !== 'judgement' && this.#waiting.length >= this.#options.maxWaiting) {
      return Promise.reject(new PoolIsFull('too many runs are being checked'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        task: { name, input } as Task,
        sinceMs: performance.now(),
        resolve: (output) => resolve(output as TaskOutput<Name>),
        reject,
      });
      this.#next();
    });
  }

  /** Ends the workers. What still waits is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new PoolIsFull(ENDING));
    const workers = [...this.#idle.splice(0), ...this.#busy.keys()];
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  #start(): void {
    const worker = new Worker(this.#options.workerFile, {
      resourceLimits: { maxOldGenerationSizeMb: this.#options.maxMemoryMiB, maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    let failure: Error | undefined;
    worker.on('message', (done: Done) => this.#finish(worker, done));
    // Out of memory, or a fault of ours. The thread ends with it, and 'exit' follows.
    worker.on('error', (error) => {
      failure = error;
    });
    worker.on('exit', () => this.#replace(worker, failure));
    this.#idle.push(worker);
    this.#next();
  }

  #finish(worker: Worker, done: Done): void {
    const busy = this.#busy.get(worker);
    if (!busy) return;
    clearTimeout(busy.timer);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    this.#next();
    if (done.ok) busy.job.resolve(done.output);
    else busy.job.reject(new Error(done.error));
  }

  #replace(worker: Worker, failure: Error | undefined): void {
    const busy = this.#busy.get(worker);
    this.#busy.delete(worker);
    if (worker === this.#judging) this.#judging = undefined;
    const index = this.#idle.indexOf(worker);
    if (index >= 0) this.#idle.splice(index, 1);
    if (busy) {
      clearTimeout(busy.timer);
      busy.job.reject(this.#isClosed ? new PoolIsFull(ENDING) : costOf(failure, this.#options));
    }
    // One that ends before it did anything would end again at once: a task finds that out instead of a loop.
    if (!this.#isClosed && busy) this.#start();
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      if (this.#idle.length === 0) {
        if (!this.#startMissing()) return;
        continue;
      }
      const job = this.#take();
      if (!job) return;
      const worker = this.#takeWorker(job.task.name);
      const timer = setTimeout(() => void worker.terminate(), this.#options.maxTaskMs);
      this.#busy.set(worker, { job, timer });
      worker.postMessage(job.task, memoryOf(job.task.input));
    }
  }

  /** Starts a worker in the place of one that ended while it had no task. @returns whether there was one */
  #startMissing(): boolean {
    if (this.#isClosed || this.#busy.size >= this.#options.workers) return false;
    this.#start();
    return true;
  }

  /** Takes the first of the most urgent tasks, of those that an idle worker can do. */
  #take(): Job | undefined {
    const now = performance.now();
    const canJudge = this.#judging === undefined || this.#idle.includes(this.#judging);
    const can = ({ task }: Job): boolean => task.name !== 'judgement' || canJudge;
    const late = this.#waiting.findIndex((job) => now - job.sinceMs > MAX_LAST_MS && can(job));
    const urgent = ORDER.map((name) => this.#waiting.findIndex((job) => job.task.name === name && can(job)));
    const index = late >= 0 ? late : (urgent.find((i) => i >= 0) ?? -1);
    return index < 0 ? undefined : this.#waiting.splice(index, 1)[0];
  }

  /** Takes an idle worker for a task that it can do: one that does not judge, if any other can. */
  #takeWorker(name: TaskName): Worker {
    if (name === 'judgement') this.#judging ??= this.#idle[0];
    const isWanted = (worker: Worker): boolean => (worker === this.#judging) === (name === 'judgement');
    const [worker] = this.#idle.splice(Math.max(0, this.#idle.findIndex(isWanted)), 1);
    if (!worker) throw new Error('no worker is idle');
    return worker;
  }
}

function costOf(failure: Error | undefined, { maxTaskMs, maxMemoryMiB }: { maxTaskMs: number; maxMemoryMiB: number }) {
  if (failure === undefined) return new TooCostly(`checking it takes longer than ${maxTaskMs / 1000} s`);
  const isMemory = 'code' in failure && failure.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isMemory ? new TooCostly(`checking it takes more than ${maxMemoryMiB} MiB of memory`) : failure;
}
