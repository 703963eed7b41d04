/**
 * `npx vitest run --project bench recompute`: what it costs to recompute the outputs that records keep, in words and in
 * CPU time, for the cases of each profile at its largest sizes. The outputs are made up: only their cost counts.
 */

import { expect, test } from 'vitest';
import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { caseRecord, type PlannedCase, planCases, sizesUpTo } from '../../harness/sampling/plan.ts';
import { recompute } from '../../harness/sampling/recompute.ts';
import { spotsIn } from '../../harness/sampling/spots.ts';
import { KERNELS } from '../../shaders/registry.ts';

const SEED = 1;
const ENOUGH = 2 ** 30;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function casesOf(profile: Profile): PlannedCase[] {
  const { measured, ceiling } = KERNELS;
  const features = measured.flatMap(({ variants }) => Object.values(variants).flatMap(({ requires }) => requires));
  return planCases({
    ...{ kernels: measured, ceiling, features: new Set<string>(features), limits: {} },
    ...{ sizes: sizesUpTo(profile, Math.log2(profile.largestBytes)), breadth: profile.breadth },
    poolBytes: profile.poolBytes,
  }).filter(({ skip }) => skip === undefined);
}

function cost(one: PlannedCase) {
  const { kernel, variant, params, tuning } = one;
  const kept = kernel.outputs(params, tuning).flatMap((output) => spotsIn(SEED, caseRecord(one), output));
  const places = kernel
    .inputs(params, variant)
    .flatMap(({ kind }): [number, number][] => (kind === 'streamed' ? [[0, 0]] : []));
  const budget = { words: ENOUGH };
  const before = cpuMs();
  const { isWhole } = recompute(one, { places, words: kept.map(() => 0) }, SEED, budget);
  expect(isWhole).toBe(true);
  return { kernel: kernel.id, words: ENOUGH - budget.words, ms: cpuMs() - before };
}

test.each(Object.values(PROFILES))('$id', { timeout: 600_000 }, (profile) => {
  const costs = casesOf(profile).map(cost);
  const row = (name: string, of: typeof costs) => {
    const words = of.reduce((sum, one) => sum + one.words, 0);
    const ms = of.reduce((sum, one) => sum + one.ms, 0);
    const worst = of.reduce((most, one) => Math.max(most, one.words), 0);
    const each = Math.round((1e6 * ms) / Math.max(1, words));
    return `${name.padEnd(20)} ${of.length} cases, ${words} words (at most ${worst} a case), ${ms.toFixed(0)} ms CPU, ${each} ns a word`;
  };
  const names = [...new Set(costs.map(({ kernel }) => kernel))];
  const lines = names.map((name) =>
    row(
      name,
      costs.filter(({ kernel }) => kernel === name),
    ),
  );
  console.log([`${profile.id}`, ...lines, row('all', costs)].join('\n'));
});
