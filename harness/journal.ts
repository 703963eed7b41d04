/**
 * The journal holds what a run knows so far. It holds data only, and nothing of a GPU, so it outlasts a lost device. As
 * the body of a record it also outlasts the page, and a later session resumes from it.
 */

import { sum } from 'simple-statistics';
import { labelsOf } from '../results/labels/index.ts';
import type { Label } from '../results/labels/label.ts';
import { maxOf } from '../results/lists.ts';
import { adapterLine, sameAdapter } from '../results/machine/identity.ts';
import { MAX_CASE_SAMPLES, MAX_EVENTS, MAX_SAMPLES, MAX_TEXT } from '../results/record/bounds.ts';
import { casesOf, samplesOf } from '../results/record/cases.ts';
import type {
  AdapterInfo,
  Challenge,
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
} from '../results/record/schema.ts';
import { SCHEMA_VERSION } from '../results/record/schema.ts';
import { isUnfinished, NOT_REACHED } from '../results/record/unfinished.ts';
import { plainText } from '../results/record/whole.ts';
import { HarnessError } from './errors.ts';
import type { Profile } from './profiles.ts';

export interface JournalOptions {
  readonly harness: RecordBody['harness'];
  readonly profile: Profile['id'];
  readonly seed: number;
  /** Where the seed came from, if a collector gave it. A run that is resumed keeps its own. */
  readonly challenge: Challenge | undefined;
  readonly reported: Reported;
  readonly host: HostInfo;
  readonly created: string;
  /** The monotonic wall clock, in ms. */
  readonly now: () => number;
  /** The unfinished run that is resumed. */
  readonly resume?: RecordBody | undefined;
}

export class Journal {
  readonly #options: JournalOptions;
  readonly #created: string;
  readonly #events: RecordEvent[] = [];
  /** The time on the run's clock when this session began, in ms. */
  readonly #beforeMs: number = 0;
  readonly #startMs: number;
  #pausedMs = 0;
  #adapter: AdapterInfo | undefined;
  #clock: ClockInfo | undefined;
  #plan: Plan | undefined;
  /** The measurement of each case of the plan, so far. */
  #measurements: Measurement[] = [];
  /** The measurement of each decode step that was asked for, so far. */
  #steps: DecodeMeasurement[] = [];
  /** The next round. */
  #round = 0;
  /** The number of devices in a row that were lost over a case, by the case's index. */
  readonly #losses = new Map<number, number>();
  /** The names of the cases whose long submissions have been noted. */
  readonly #long = new Set<string>();
  /** The ids of the labels that the run has been given. */
  readonly #labels = new Set<string>();

  /** @throws HarnessError `unusable-options` if the run to resume is another run, or has nothing left to do. */
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
    this.#plan = resume.plan;
    this.#clock = resume.clock;
    this.#measurements = [...resume.measurements];
    this.#steps = [...(resume.decode ?? [])];
    const checks = resume.measurements.flatMap((m) => (m.status === 'measured' ? m.checks : []));
    this.#round = 1 + Math.max(-1, maxOf(checks.map(({ round }) => round)));
    const taken = casesOf(resume).flatMap((m) => (m.status === 'measured' ? [...m.samples, ...m.discarded] : []));
    for (const event of resume.events) this.#events.push(event);
    this.#beforeMs = maxOf([
      0,
      ...resume.events.map(({ atMs }) => atMs),
      ...taken.map(({ atMs, wallMs }) => atMs + wallMs),
    ]);
    const cases = casesOf(resume).length;
    this.note('resumed', `resumed in another session, with ${cases - left} of ${cases} cases done`);
  }

  /** The time on the run's clock, in ms. It stands still between the sessions of a run. */
  readonly sinceStartMs = (): number => this.#beforeMs + this.#options.now() - this.#startMs;

  /** The time that this session has spent without pauses, in ms. */
  readonly spentMs = (): number => this.#options.now() - this.#startMs - this.#pausedMs;

  /** Subtracts a pause of `ms` from the time spent. */
  paused(ms: number): void {
    this.#pausedMs += ms;
  }

  /** Notes an event. The last of too many replaces the one before it: the newest tells how the run ended. */
  note(kind: RecordEvent['kind'], detail: string): void {
    if (this.#events.length >= MAX_EVENTS) this.#events.pop();
    this.#events.push({ atMs: this.sinceStartMs(), kind, detail: plainText(detail) });
  }

  /** Notes that case `name` kept the GPU busy for longer than it may: once for each case. */
  noteLong(name: string, ms: number): void {
    if (this.#long.has(name)) return;
    this.#long.add(name);
    this.note('long-submission', `${name} kept the GPU for ${Math.round(ms)} ms; its next regions are shorter`);
  }

  /** Sets the run's adapter. @throws HarnessError if the run began on another one: two adapters share no figure. */
  meet(adapter: AdapterInfo): void {
    if (this.#adapter && !sameAdapter(this.#adapter, adapter)) {
      const [before, now] = [adapterLine(this.#adapter), adapterLine(adapter)];
      throw notResumable('adapter', before, before === now ? `${now} with other features or limits` : now);
    }
    this.#adapter ??= adapter;
  }

  /** The adapter; undefined before the run has met one. */
  get adapter(): AdapterInfo | undefined {
    return this.#adapter;
  }

  get clock(): ClockInfo | undefined {
    return this.#clock;
  }

  /** Sets what is known of the clocks, and with it the one that is trusted. */
  trust(clock: ClockInfo): void {
    this.#clock = clock;
  }

  /**
   * Trusts the wall clock from now on, for samples that were taken before as well: every sample has the times of both
   * clocks.
   */
  distrustTimestamps(why: string): void {
    if (!this.#clock) return;
    const reason = `${why}: timed by the wall clock instead, as the slope over region lengths.`;
    this.#clock = { ...this.#clock, trusted: 'queue-drain', reason: reason.slice(0, MAX_TEXT) };
    this.note('clock', this.#clock.reason);
  }

  get plan(): Plan | undefined {
    return this.#plan;
  }

  /** Sets the plan of a new run, with the reason of each case that the plan leaves out. */
  begin(plan: Plan, skips: readonly (string | undefined)[]): void {
    this.#plan = plan;
    this.#measurements = plan.cases.map((one, i) => ({
      status: 'skipped',
      case: one,
      reason: skips[i] ?? NOT_REACHED,
    }));
  }

  /** The measurement of case `index` of the plan, so far. */
  measurement(index: number): Measurement {
    return existing(this.#measurements, index);
  }

  record(index: number, measurement: Measurement): void {
    this.#measurements[index] = measurement;
  }

  /** The measurement of case `index` by an earlier device or session, if it is unfinished; undefined otherwise. */
  earlier(index: number): Measured | undefined {
    const known = this.measurement(index);
    return known.status === 'measured' && isUnfinished(known) ? known : undefined;
  }

  /** The round that the run is in. */
  get round(): number {
    return this.#round;
  }

  nextRound(): void {
    this.#round++;
  }

  /**
   * Counts a failure over case `index`. Returns the number of devices in a row that were lost over it: a failure with
   * `lost` false resets the count.
   */
  countLosses(index: number, lost: boolean): number {
    const losses = lost ? (this.#losses.get(index) ?? 0) + 1 : 0;
    this.#losses.set(index, losses);
    return losses;
  }

  /**
   * Sets the decode steps to measure, in the lengths that the device has room for.
   *
   * @throws HarnessError if the run was begun with other steps.
   */
  ask(cases: readonly DecodeCase[]): void {
    if (!this.#plan) {
      this.#steps = cases.map((one) => ({ status: 'skipped', case: one, reason: NOT_REACHED }));
      return;
    }
    const listed = (all: readonly DecodeCase[]) => JSON.stringify(all);
    requireSame('list of decode steps', listed(this.#steps.map((m) => m.case)), listed(cases));
  }

  /** The measurement of each decode step, so far, in the order in which they were asked for. */
  get steps(): readonly DecodeMeasurement[] {
    return this.#steps;
  }

  /** The measurement of decode step `index`, so far. */
  step(index: number): DecodeMeasurement {
    return existing(this.#steps, index);
  }

  recordStep(index: number, measurement: DecodeMeasurement): void {
    this.#steps[index] = measurement;
  }

  /** Whether the record has room for the samples of one more case. */
  hasRoom(): boolean {
    const taken = sum([...this.#measurements, ...this.#steps].map(samplesIn));
    return taken + MAX_CASE_SAMPLES <= MAX_SAMPLES;
  }

  /**
   * Ends the session: cases and steps that are in progress have stopped for lack of time. Notes how many were not
   * reached, and `hurried`: what was done less thoroughly than it should be.
   */
  outOfTime(hurried: readonly string[]): void {
    this.#measurements = this.#measurements.map((m) =>
      m.status === 'measured' && isUnfinished(m) ? { ...m, stopped: 'time' } : m,
    );
    this.#steps = this.#steps.map((m) => (m.status === 'measured' && isUnfinished(m) ? { ...m, stopped: 'time' } : m));
    const all = [...this.#measurements, ...this.#steps];
    const left = all.filter(isUnfinished).length;
    const found = [
      ...(left > 0
        ? [`${left} of ${all.length} cases were not reached in ${Math.round(this.spentMs() / 1000)} s`]
        : []),
      ...hurried,
    ];
    if (found.length > 0) this.note('out-of-time', found.join('; ').slice(0, MAX_TEXT));
  }

  /** Returns the labels of `body` that the run has not been given before. */
  newLabels(body: RecordBody): Label[] {
    // This program knows what it measures, if its sources have a commit.
    const isOwn = () => body.harness.commit !== null;
    const added = labelsOf(body, { isOwn }).filter(({ id }) => !this.#labels.has(id));
    for (const { id } of added) this.#labels.add(id);
    return added;
  }

  /** The run so far as a record's body. @throws Error before the run has a plan. */
  body(): RecordBody {
    const { harness, profile, seed, host, reported, resume } = this.#options;
    const challenge = resume ? resume.challenge : this.#options.challenge;
    if (!this.#adapter || !this.#clock || !this.#plan) throw new Error('a run without a plan has no record');
    return {
      schema: SCHEMA_VERSION,
      created: this.#created,
      harness,
      profile,
      seed,
      ...(challenge && { challenge }),
      host: { ...host, brand: plainText(host.brand), platform: plainText(host.platform) },
      adapter: this.#adapter,
      reported: plainReported(reported),
      clock: this.#clock,
      plan: this.#plan,
      events: [...this.#events],
      measurements: [...this.#measurements],
      ...(this.#steps.length > 0 && { decode: [...this.#steps] }),
    };
  }
}

/** What a person said of the machine, as a record can hold it. */
const plainReported = ({ gpu, note, ...rest }: Reported): Reported => ({
  ...rest,
  ...(gpu !== undefined && { gpu: plainText(gpu) }),
  ...(note !== undefined && { note: plainText(note) }),
});

const samplesIn = (m: Measurement | DecodeMeasurement): number => (m.status === 'measured' ? samplesOf(m).length : 0);

function existing<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`the journal has ${items.length} entries here; asked for ${index}`);
  return item;
}

function requireSame(what: string, before: string | number, now: string | number): void {
  if (before !== now) throw notResumable(what, before, now);
}

const notResumable = (what: string, before: string | number, now: string | number): HarnessError =>
  new HarnessError(
    'unusable-options',
    `This run cannot be resumed: its ${what} was ${before}, and is ${now} now. Start a new one.`,
  );

const hostName = ({ brand, majorVersion, platform }: HostInfo): string =>
  [brand, majorVersion ?? '', 'on', platform].filter(Boolean).join(' ');
