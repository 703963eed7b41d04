/**
 * Whether the plan of a record is one that this version makes. A record may come from anywhere, and what its plan says
 * decides how much memory and time its cases take: each must be one that the profile plans on that adapter, in a tuning
 * that its kernel offers. Sizes follow from the largest alone, so the check plans anew and compares.
 */

import type { Case, RecordBody } from '../../results/record/schema.ts';
import { isUnfinished } from '../../results/record/unfinished.ts';
import { defaultTuning, type KernelSet } from '../../shaders/kernel.ts';
import { sameParams, sameTuning } from '../../shaders/problem.ts';
import { MIN_MEMORY_BYTES } from '../device/budget.ts';
import type { Profile } from '../profiles.ts';
import { beyondLimits, type PlannedCase, planCases, sizesUpTo } from '../sampling/plan.ts';

/** What made a plan. */
export interface PlannedBy {
  readonly profile: Profile;
  readonly kernels: KernelSet;
}

/** A record whose plan this version does not make: the place, the rule and the value met. */
export class NotPlanned extends Error {}

/** @throws NotPlanned */
export function requirePlanned(run: RecordBody, by: PlannedBy): void {
  requireMemory(run, by.profile);
  requirePlan(run, by);
}

/** Returns a case of a record with its kernel; undefined if that is not among these. */
export function plannedCase({ kernel: id, ...rest }: Case, { measured }: KernelSet): PlannedCase | undefined {
  const kernel = measured.find((k) => k.id === id);
  return kernel && { ...rest, kernel, skip: undefined };
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

function requirePlan({ plan, measurements, adapter }: RecordBody, { profile, kernels }: PlannedBy): void {
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
    const planned = plannedCase(one, kernels);
    if (!planned)
      throw new NotPlanned(`${place}.kernel must be one of the kernels of this run; got ${shown(one.kernel)}`);
    const { kernel, variant, params, tuning, withinBytes } = planned;
    const isSameProblem = (other: PlannedCase) =>
      other.kernel === kernel &&
      other.variant === variant &&
      other.withinBytes === withinBytes &&
      sameParams(other.params, params);
    const problem = { variant, params, ...(withinBytes !== undefined && { withinBytes }) };
    demand(possible.some(isSameProblem), place, `must be a case of ${kernel.id} that this version plans here`, problem);
    requireTuning(`${place}.tuning`, planned);
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
function requireTuning(place: string, { kernel, variant, params, tuning }: PlannedCase): void {
  const { tunable, yardstick } = kernel;
  if (
    [defaultTuning(kernel, variant, params), ...(yardstick?.layouts ?? [])].some((known) => sameTuning(known, tuning))
  )
    return;
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

/** @throws NotPlanned unless it holds */
export function demand(holds: boolean, place: string, rule: string, met: unknown): void {
  if (!holds) throw new NotPlanned(`${place} ${rule}; got ${shown(met)}`);
}

/** The longest value that a message shows, in characters. */
const MAX_SHOWN = 200;

/** A value of a record as JSON, which has no control characters, and not too long. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN - 1)}…`;
}
