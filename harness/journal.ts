/**
 * What a run knows so far, and what outlasts its device: as the body of a record it also outlasts the page, from which a
 * later session goes on.
 */

import { casesOf } from '../results/derive.ts';
import type {
  AdapterInfo,
  ClockInfo,
  DecodeCase,
  DecodeMeasurement,
  HostInfo,
  Measured,
  Measurement,
  Plan,
  RecordBody,
  RecordEvent,
  Reported,
} from '../results/schema.ts';
import { SCHEMA_VERSION } from '../results/schema.ts';
import { HarnessError } from './errors.ts';
import type { Profile } from './profiles.ts';
import { CaseRun, NOT_REACHED } from './sampling/case-run.ts';

/** A case of the plan: being measured, or what became of it. */
export type Slot = CaseRun | Measurement;

export interface JournalOptions {
  readonly harness: RecordBody['harness'];
  readonly profile: Profile['id'];
  readonly seed: number;
  readonly reported: Reported;
  readonly host: HostInfo;
  readonly created: string;
  /** Monotonic wall clock in ms. */
  readonly now: () => number;
  /** An unfinished run that is gone on with. */
  readonly resume?: RecordBody | undefined;
}

export class Journal {
  plan: Plan | undefined;
  clock: ClockInfo | undefined;
  slots: Slot[] = [];
  /** Decode steps that were asked for, and what became of them. */
  steps: DecodeMeasurement[] = [];
  /** Ids of the labels that the run has been given already. */
  readonly shownLabels = new Set<string>();
  /** How many devices were lost while a case was looked at, by its index. */
  readonly lostOn = new Map<number, number>();
  /** The next round. */
  round = 0;
  readonly #options: JournalOptions;
  readonly #events: RecordEvent[] = [];
  readonly #created: string;
  /** What the run's clock showed when this session began. */
  readonly #beforeMs: number = 0;
  readonly #startMs: number;
  #adapter: AdapterInfo | undefined;
  #pausedMs = 0;
  readonly #long = new Set<string>();

  /** @throws HarnessError `unusable-options` where the run to resume is another one, or there is nothing left to do. */
  constructor(options: JournalOptions) {
    const { now, created, resume } = options;
    this.#options = options;
    this.#startMs = now();
    this.#created = created;
    if (!resume) return;
    requireSame('profile', resume.profile, options.profile);
    requireSame('seed', resume.seed, options.seed);
    requireSame('version of the kernels', resume.harness.kernels, options.harness.kernels);
    requireSame('browser or engine', hostName(resume.host), hostName(options.host));
    const left = casesOf(resume).filter(isUnfinished).length;
    if (left === 0) throw new HarnessError('unusable-options', 'This run has nothing left to do: start a new one.');
    this.#created = resume.created;
    this.#adapter = resume.adapter;
    this.plan = resume.plan;
    this.clock = resume.clock;
    this.slots = [...resume.measurements];
    this.steps = [...(resume.decode ?? [])];
    const checks = resume.measurements.flatMap((m) => (m.status === 'measured' ? m.checks : []));
    this.round = 1 + Math.max(-1, ...checks.map(({ round }) => round));
    const taken = casesOf(resume).flatMap((m) => (m.status === 'measured' ? [...m.samples, ...m.discarded] : []));
    this.#events.push(...resume.events);
    this.#beforeMs = Math.max(
      0,
      ...resume.events.map(({ atMs }) => atMs),
      ...taken.map(({ atMs, wallMs }) => atMs + wallMs),
    );
    const cases = casesOf(resume).length;
    this.note('resumed', `resumed in another session, with ${cases - left} of ${cases} cases done`);
  }

  /** On the clock of the run, which stands still between its sessions. */
  readonly sinceStartMs = (): number => this.#beforeMs + this.#options.now() - this.#startMs;

  /** Of this session, pauses left out. */
  readonly spentMs = (): number => this.#options.now() - this.#startMs - this.#pausedMs;

  note(kind: RecordEvent['kind'], detail: string): void {
    this.#events.push({ atMs: this.sinceStartMs(), kind, detail });
  }

  /** Case `name` kept the GPU longer than it may: said once of each; its next regions are shorter. */
  noteLong(name: string, ms: number): void {
    if (this.#long.has(name)) return;
    this.#long.add(name);
    this.note('long-submission', `${name} kept the GPU for ${Math.round(ms)} ms; its next regions are shorter`);
  }

  /** `ms` went by in which nobody looked. */
  paused(ms: number): void {
    this.#pausedMs += ms;
  }

  /** @throws HarnessError where the run was begun on another adapter: figures of two are no figure. */
  meet(adapter: AdapterInfo): void {
    if (this.#adapter) requireSame('adapter', adapterName(this.#adapter), adapterName(adapter));
    this.#adapter ??= adapter;
  }

  /**
   * The decode steps that are asked for, as a device has room for them.
   *
   * @throws HarnessError where the run was begun with others.
   */
  ask(cases: readonly DecodeCase[]): void {
    if (!this.plan) {
      this.steps = cases.map((one) => ({ status: 'skipped', case: one, reason: NOT_REACHED }));
      return;
    }
    const listed = (all: readonly DecodeCase[]) => JSON.stringify(all);
    requireSame('list of decode steps', listed(this.steps.map((m) => m.case)), listed(cases));
  }

  /** From now on the wall clock is believed, for what was measured before as well: every sample has both times. */
  distrustTimestamps(why: string): void {
    if (!this.clock) return;
    const reason = `${why}: timed by the wall clock instead, as the slope over region lengths.`;
    this.clock = { ...this.clock, trusted: 'queue-drain', reason: reason.slice(0, 1000) };
    this.note('clock', this.clock.reason);
  }

  /** What is being measured is no longer; its samples are kept. */
  interrupt(): void {
    this.slots = this.slots.map((slot) => {
      if (!(slot instanceof CaseRun)) return slot;
      slot.destroy();
      return slot.measurement();
    });
  }

  /** The session is over: for what had been interrupted, and was not gone on with, there was no time. */
  outOfTime(): void {
    this.slots = this.slots.map((slot) =>
      !(slot instanceof CaseRun) && slot.status === 'measured' && isUnfinished(slot)
        ? { ...slot, stopped: 'time' }
        : slot,
    );
    this.steps = this.steps.map((step) =>
      step.status === 'measured' && isUnfinished(step) ? { ...step, stopped: 'time' } : step,
    );
  }

  /** Of case `index`: samples of an earlier device or session, where it is not finished. */
  earlier(index: number): Measured | undefined {
    const slot = this.slots[index];
    return slot !== undefined && !(slot instanceof CaseRun) && slot.status === 'measured' && isUnfinished(slot)
      ? slot
      : undefined;
  }

  unfinished(index: number): boolean {
    const slot = this.slots[index];
    return slot !== undefined && (slot instanceof CaseRun ? slot.active : isUnfinished(slot));
  }

  unfinishedStep(index: number): boolean {
    const step = this.steps[index];
    return step !== undefined && isUnfinished(step);
  }

  measurement(index: number): Measurement {
    const slot = this.slots[index] as Slot;
    return slot instanceof CaseRun ? slot.measurement() : slot;
  }

  /** There is one from the plan on. */
  body(): RecordBody {
    const { harness, profile, seed, host, reported } = this.#options;
    if (!this.#adapter || !this.clock || !this.plan) throw new Error('a run without a plan has no record');
    return {
      schema: SCHEMA_VERSION,
      created: this.#created,
      harness,
      profile,
      seed,
      host,
      adapter: this.#adapter,
      reported,
      clock: this.clock,
      plan: this.plan,
      events: [...this.#events],
      measurements: this.slots.map((_, index) => this.measurement(index)),
      ...(this.steps.length > 0 && { decode: [...this.steps] }),
    };
  }
}

/** Would a run that is gone on with have something to do here? */
export function isUnfinished(m: Measurement | DecodeMeasurement): boolean {
  if (m.status === 'measured') return m.stopped === 'cancelled' || m.stopped === 'lost';
  return m.status === 'skipped' && m.reason === NOT_REACHED;
}

function requireSame(what: string, before: string | number, now: string | number): void {
  if (before === now) return;
  throw new HarnessError(
    'unusable-options',
    `This run cannot be gone on with: its ${what} was ${before}, and is ${now} now. Start a new one.`,
  );
}

const hostName = ({ brand, majorVersion, platform }: HostInfo): string =>
  [brand, majorVersion ?? '', 'on', platform].filter(Boolean).join(' ');

const adapterName = ({ vendor, architecture, device, description }: AdapterInfo): string =>
  [vendor, architecture, device, description].filter(Boolean).join(' · ') || 'unnamed';
