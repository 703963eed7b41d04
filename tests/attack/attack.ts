/**
 * The attack: inputs of strangers, one after another, each given to all that read inputs of its kind. An input is known
 * by its kind and its number, from which it is made again: `records:1234`.
 *
 * The time of an input is the CPU time of this process in the slowest of its readers, at its fastest.
 * Its memory is how far the resident memory of this process rose above where it was before the input. Garbage that is not
 * collected yet counts, too, so a reader takes no more than that.
 */

import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Dice, diceOf } from './dice.ts';
import { type Fault, faultsOf, type Reading } from './faults.ts';
import { risenBytes } from './memory.ts';

/** The CPU time after which a reader hangs, in ms. */
export const MAX_CPU_MS = 2000;

/**
 * How often a slow input is read: it hangs if it is slow each time. The first times are those of code that is still being
 * compiled, and beside busy programs a core does less in the same time.
 */
const MAX_READINGS = 3;

/** The maximum that a reader may take beside what the process had, in bytes. */
export const MAX_TAKEN_BYTES = 200e6;

export interface Kind<Input> {
  readonly id: string;
  make(dice: Dice): Input;
  /** All text of an input: a word that stands in it is not of our making. */
  source(input: Input): string;
  /** Its readers. Each input is given to the first one, and to one of the others in turn. */
  readonly readers: Readonly<Record<string, Reader<Input>>>;
}

/** A reader of an input. It throws only where it breaks. Undefined: the input is none for it. */
export type Reader<Input> = (input: Input) => Reading | undefined | Promise<Reading | undefined>;

export interface Outcome {
  readonly accepted: boolean;
  readonly cpuMs: number;
  readonly takenBytes: number;
  readonly faults: readonly (Fault & { readonly reader: string })[];
}

/** Gives one input to readers of its kind. It counts as accepted if the first reader takes it. */
export async function attackWith<Input>(kind: Kind<Input>, number: number, maxCpuMs = MAX_CPU_MS): Promise<Outcome> {
  const input = kind.make(diceOf(number));
  const source = kind.source(input);
  const faults: (Fault & { reader: string })[] = [];
  let [accepted, cpuMs, takenBytes]: [boolean | undefined, number, number] = [undefined, 0, 0];
  const [first, ...others] = Object.entries(kind.readers);
  for (const [reader, read] of [first, others[number % others.length]].filter((one) => one !== undefined)) {
    const risen = risenBytes();
    let [reading, ms]: [Reading | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
    for (let times = 0; times < MAX_READINGS && ms > maxCpuMs; times++) {
      const began = process.cpuUsage();
      try {
        reading = await read(input);
      } catch (error) {
        faults.push({ reader, kind: 'crash', met: inspect(error) });
      }
      const { user, system } = process.cpuUsage(began);
      ms = Math.min(ms, (user + system) / 1000);
    }
    const bytes = risen();
    if (ms > maxCpuMs) faults.push({ reader, kind: 'hang', met: `${Math.round(ms)} ms of CPU time` });
    if (bytes > MAX_TAKEN_BYTES) faults.push({ reader, kind: 'memory', met: `${Math.round(bytes / 1e6)} MB` });
    if (reading) faults.push(...faultsOf(reading, source).map((fault) => ({ ...fault, reader })));
    accepted ??= reading?.accepted ?? false;
    [cpuMs, takenBytes] = [Math.max(cpuMs, ms), Math.max(takenBytes, bytes)];
  }
  return { accepted: accepted ?? false, cpuMs, takenBytes, faults };
}

/** What the inputs of a kind came to. */
export interface Tally {
  readonly kind: string;
  inputs: number;
  accepted: number;
  /** Of the slowest reader of an input. */
  slowestMs: number;
  largestBytes: number;
  faults: number;
  /** The CPU time of all, in ms. */
  readonly allMs: number;
}

/** The maximum of faults that are told in full. */
const MAX_TOLD = 30;

/** A file that names the input in progress: one that ends the process, or never ends, is found there. */
const IN_PROGRESS = join(tmpdir(), `hbmark-attack-${process.pid}`);

export interface AttackOptions {
  /** The number of inputs. */
  readonly count: number;
  /** The number of the first. Default: 1. */
  readonly from?: number;
  /** The CPU time after which a reader hangs, in ms. */
  readonly maxCpuMs: number;
  /** Is called for each of the first faults. */
  readonly tell: (line: string) => void;
}

/** Attacks with inputs of a kind, one number after another. */
export async function attackAll<Input>(
  kind: Kind<Input>,
  { count, from = 1, maxCpuMs, tell }: AttackOptions,
): Promise<Tally> {
  const began = process.cpuUsage();
  const tally = { kind: kind.id, inputs: 0, accepted: 0, slowestMs: 0, largestBytes: 0, faults: 0 };
  const progress = openSync(IN_PROGRESS, 'w');
  try {
    for (let number = from; number < from + count; number++) {
      writeSync(progress, `${kind.id}:${number}\n`.padEnd(40), 0);
      const { accepted, cpuMs, takenBytes, faults } = await attackWith(kind, number, maxCpuMs);
      for (const { reader, kind: what, met } of faults) {
        if (++tally.faults <= MAX_TOLD) tell(`${kind.id}:${number}, ${reader}: ${what}: ${met}`);
      }
      tally.inputs++;
      tally.accepted += Number(accepted);
      tally.slowestMs = Math.max(tally.slowestMs, cpuMs);
      tally.largestBytes = Math.max(tally.largestBytes, takenBytes);
      // Whoever runs the attack wants to hear from it now and then.
      if (number % 64 === 0) await setImmediate();
    }
  } finally {
    closeSync(progress);
    rmSync(IN_PROGRESS, { force: true });
  }
  const { user, system } = process.cpuUsage(began);
  return { ...tally, allMs: (user + system) / 1000 };
}
