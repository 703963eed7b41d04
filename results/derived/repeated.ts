/**
 * Runs of one machine, compared: the conditions under which they are comparable, and the figures that all of them have.
 */

import { digest } from '../record/digest.ts';
import type { AdapterInfo, Case, DecodeCase, RecordBody } from '../record/schema.ts';
import { type Figure, figureOf } from '../text/figures.ts';
import { type BetweenRuns, betweenRuns } from './between-runs.ts';
import { isTimedStep, stepFigures } from './decode.ts';
import { bandwidthGBps, isMeasured, runDrift, streamingGBps } from './derive.ts';

/**
 * The conditions of a run, by their names, each as a digest. Figures are compared between runs of equal conditions.
 */
export type Conditions = Readonly<Record<string, string>>;

/** The part of a record that its conditions come from. */
type Conditioned = Pick<RecordBody, 'adapter' | 'host' | 'profile' | 'harness' | 'clock' | 'plan'>;

/**
 * Returns the conditions of a run. Seed and time may differ between comparable runs; so may the adapter's features and
 * limits, which follow from adapter and host.
 */
export function conditionsOf({ adapter, host, profile, harness, clock, plan }: Conditioned): Conditions {
  const conditions = {
    adapter: IDENTITY.map((field) => adapter[field]),
    'browser or engine': host,
    profile,
    kernels: harness.kernels,
    'version of HBMark': harness.version,
    'trusted clock': clock.trusted,
    'memory streamed through': plan.poolBytes,
  };
  return Object.fromEntries(Object.entries(conditions).map(([name, of]) => [name, digest(of)]));
}

/** The fields by which adapters are told apart. */
const IDENTITY = ['vendor', 'architecture', 'device', 'description', 'renderer', 'isFallbackAdapter'] as const;

/** Whether two adapters are the same by what is known of them. */
export const isSameAdapter = (a: AdapterInfo, b: AdapterInfo): boolean =>
  IDENTITY.every((field) => a[field] === b[field]);

/** Returns the names of the conditions in which runs differ. Empty: the runs are comparable. */
export function differencesOf([first = {}, ...others]: readonly Conditions[]): string[] {
  return Object.keys(first).filter((name) => others.some((run) => run[name] !== first[name]));
}

/** What a figure is of. */
export type Subject =
  | { readonly of: 'stream' }
  | { readonly of: 'decode'; readonly case: DecodeCase }
  /** A kernel at one problem. Its tuning may differ from run to run. */
  | { readonly of: 'kernel'; readonly case: Omit<Case, 'tuning'> };

/** A figure of a run: GB/s of the stream and of kernels, tokens/s of one user of a decode step. */
interface RunFigure {
  readonly subject: Subject;
  readonly figure: Figure;
}

/** The figures of a run, by the digest of their subject. Of a kernel's tunings, the fastest counts. */
function figuresOf({ clock, measurements, decode = [] }: Measurements): Map<string, RunFigure> {
  const figures = new Map<string, RunFigure>();
  const add = (subject: Subject, estimate: Figure | undefined) => {
    const key = digest(subject);
    if (estimate && estimate.value > (figures.get(key)?.figure.value ?? 0)) {
      figures.set(key, { subject, figure: figureOf(estimate) });
    }
  };
  add({ of: 'stream' }, streamingGBps({ clock, measurements }));
  for (const m of decode.filter(isTimedStep)) {
    add({ of: 'decode', case: m.case }, stepFigures(m, clock.trusted)?.perUser);
  }
  for (const m of measurements.filter(isMeasured)) {
    const { tuning: _, ...problem } = m.case;
    add({ of: 'kernel', case: problem }, bandwidthGBps(m, clock.trusted));
  }
  return figures;
}

/** The part of a record that figures come from. */
export type Measurements = Pick<RecordBody, 'clock' | 'measurements' | 'decode'>;

/** A figure that several runs have. */
export interface SharedFigure {
  readonly subject: Subject;
  /** The figure of each run, in their order, with its within-run interval. */
  readonly runs: readonly Figure[];
  readonly between: BetweenRuns;
}

/** Returns the figures that all runs have, in the order of the first run's cases: stream, decode steps, kernels. */
export function sharedFigures(runs: readonly Measurements[]): SharedFigure[] {
  const [first, ...others] = runs.map(figuresOf);
  return [...(first ?? [])].flatMap(([key, { subject, figure }]) => {
    const figures = [figure, ...others.flatMap((run) => run.get(key)?.figure ?? [])];
    return figures.length === runs.length ? [{ subject, runs: figures, between: betweenRuns(figures) }] : [];
  });
}

/** Pairs of runs, one after the other. */
export interface Pairs {
  /** Pairs whose first run has an interval. */
  readonly pairs: number;
  /** Pairs whose second headline lies in the first's interval, widened by the drift that either run reports of itself. */
  readonly held: number;
}

/** Counts the runs that the run before foretold: whose headline lies in its interval, widened by drift. */
export function pairsOf(runs: readonly Measurements[]): Pairs {
  const seen = runs.map((run) => ({ streaming: streamingGBps(run), drift: Math.abs(runDrift(run)?.value ?? 0) }));
  const held = seen.slice(1).flatMap((second, i) => {
    const first = seen[i];
    if (!first?.streaming?.ci95 || !second.streaming) return [];
    const drift = Math.max(first.drift, second.drift);
    const [low, high] = first.streaming.ci95;
    return low * (1 - drift) <= second.streaming.value && second.streaming.value <= high * (1 + drift);
  });
  return { pairs: held.length, held: held.filter(Boolean).length };
}
