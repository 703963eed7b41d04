/**
 * What a run must be to be resumed. Its record may come from anywhere, and what its plan says goes to the GPU: a case must
 * be one that this version plans, in a tuning that it may choose, and its rounds must be as many as a run can have. All
 * is checked before there is a device.
 */

import type { Case, RecordBody } from '../../results/schema.ts';
import { isUnfinished } from '../../results/unfinished.ts';
import type { Kernel, KernelSet, Tuning } from '../../shaders/kernel.ts';
import { sameParams, sameTuning } from '../../shaders/problem.ts';
import { MAX_PRE_ROLL_MS } from '../clock/pre-roll.ts';
import { MIN_MEMORY_BYTES } from '../device/budget.ts';
import { HarnessError } from '../errors.ts';
import type { Profile } from '../profiles.ts';
import { beyondLimits, type PlannedCase, planCases, sizesUpTo } from '../sampling/plan.ts';

/** A round takes a submission at least, and the longest runs take days: none comes near to this number. */
const MAX_ROUND = 1_000_000;

/** The longest that a run is believed to have taken, in ms: a year. */
const MAX_RUN_MS = 366 * 24 * 3600 * 1000;

export interface ResumedBy {
  readonly profile: Profile;
  readonly kernels: KernelSet;
}

/** @throws HarnessError `unusable-options` with the place, the rule and the value met */
export function requireResumable(run: RecordBody, by: ResumedBy): void {
  requireTimes(run);
  requireMemory(run, by.profile);
  requirePlan(run, by);
}

/** Returns a case of a resumed run's plan. @throws HarnessError if its kernel is not among those of this session */
export function plannedFrom({ kernel: id, ...rest }: Case, { measured }: KernelSet): PlannedCase {
  const kernel = measured.find((k) => k.id === id);
  if (kernel) return { ...rest, kernel, skip: undefined };
  throw new HarnessError(
    'unusable-options',
    `This run can only be resumed with all of its kernels; ${shown(id)} was not asked for.`,
  );
}

function requireTimes({ clock, events, measurements, decode = [] }: RecordBody): void {
  demand(
    clock.preRoll === null || clock.preRoll.ms <= MAX_PRE_ROLL_MS,
    'clock.preRoll.ms',
    `must be at most ${MAX_PRE_ROLL_MS}`,
    clock.preRoll?.ms,
  );
  const inTime = (place: string, atMs: number) =>
    demand(atMs <= MAX_RUN_MS, place, `must be at most ${MAX_RUN_MS}`, atMs);
  for (const [i, { atMs }] of events.entries()) inTime(`events[${i}].atMs`, atMs);
  for (const [list, all] of Object.entries({ measurements, decode })) {
    for (const [i, m] of all.entries()) {
      if (m.status !== 'measured') continue;
      const checks = 'checks' in m ? m.checks : [];
      for (const [kind, timed] of Object.entries({ samples: m.samples, discarded: m.discarded, checks })) {
        for (const [j, one] of timed.entries()) {
          const place = `${list}[${i}].${kind}[${j}]`;
          demand(one.round <= MAX_ROUND, `${place}.round`, `must be at most ${MAX_ROUND}`, one.round);
          if ('atMs' in one) inTime(`${place}.atMs`, one.atMs + one.wallMs);
        }
      }
    }
  }
}

function requireMemory({ plan: { poolBytes, largestDispatchBytes, memory } }: RecordBody, profile: Profile): void {
  const atMost = (most: number) => `must be at most the profile's ${most}`;
  demand(poolBytes <= profile.poolBytes, 'plan.poolBytes', atMost(profile.poolBytes), poolBytes);
  demand(
    largestDispatchBytes <= profile.largestBytes,
    'plan.largestDispatchBytes',
    atMost(profile.largestBytes),
    largestDispatchBytes,
  );
  demand(
    Number.isInteger(Math.log2(largestDispatchBytes)),
    'plan.largestDispatchBytes',
    'must be a power of two',
    largestDispatchBytes,
  );
  demand(
    memory === null || memory.budgetBytes >= MIN_MEMORY_BYTES,
    'plan.memory.budgetBytes',
    `must be at least ${MIN_MEMORY_BYTES}`,
    memory?.budgetBytes,
  );
}

function requirePlan({ plan, measurements, adapter }: RecordBody, { profile, kernels }: ResumedBy): void {
  const { features, limits } = adapter;
  const possible = planCases({
    ...{ kernels: kernels.measured, ceiling: kernels.ceiling, features: new Set(features), limits },
    sizes: sizesUpTo(profile, Math.log2(plan.largestDispatchBytes)),
    breadth: profile.breadth,
    poolBytes: plan.poolBytes,
  });
  const seen: PlannedCase[] = [];
  for (const [i, one] of plan.cases.entries()) {
    const place = `plan.cases[${i}]`;
    const planned = plannedFrom(one, kernels);
    const { kernel, variant, params, tuning, withinBytes } = planned;
    const isSameProblem = (other: PlannedCase) =>
      other.kernel === kernel &&
      other.variant === variant &&
      other.withinBytes === withinBytes &&
      sameParams(other.params, params);
    const problem = { variant, params, ...(withinBytes !== undefined && { withinBytes }) };
    demand(possible.some(isSameProblem), place, `must be a case of ${kernel.id} that this version plans here`, problem);
    requireTuning(`${place}.tuning`, kernel, tuning);
    const isTwice = seen.some((other) => isSameProblem(other) && sameTuning(other.tuning, tuning));
    demand(!isTwice, place, 'must be planned once', problem);
    seen.push(planned);
    const measurement = measurements[i];
    if (!measurement || !isUnfinished(measurement)) continue;
    const refusal = kernel.refuses(params, tuning) ?? beyondLimits(planned, limits);
    demand(refusal === undefined, place, `must run on this adapter: ${refusal}`, problem);
  }
}

/** A tuning must be the defaults, a layout of a yardstick, or of values that the kernel offers. */
function requireTuning(place: string, kernel: Kernel, tuning: Tuning): void {
  const { tunable, defaults, yardstick } = kernel;
  if ([defaults, ...(yardstick?.layouts ?? [])].some((known) => sameTuning(known, tuning))) return;
  const names = Object.keys(tunable);
  demand(
    names.length === Object.keys(tuning).length && names.every((name) => Object.hasOwn(tuning, name)),
    place,
    `must have ${names.join(', ')}`,
    Object.keys(tuning),
  );
  for (const name of names) {
    const values = tunable[name] as readonly number[];
    const value = tuning[name] ?? Number.NaN;
    demand(values.includes(value), `${place}.${name}`, `must be one of ${values.join(', ')}`, value);
  }
}

function demand(holds: boolean, place: string, rule: string, met: unknown): void {
  if (holds) return;
  throw new HarnessError('unusable-options', `This run cannot be resumed: ${place} ${rule}; got ${shown(met)}.`);
}

/** The longest value that a message shows, in characters. */
const MAX_SHOWN = 200;

/** A value of a record as JSON, which has no control characters, and not too long. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}
