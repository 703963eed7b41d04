/**
 * Compiles every kernel for GPUs that are not there, and holds the code to what the kernel declares (`Code` in
 * shaders/kernel.ts) and to the figures of figures.json. A machine without these compilers fails; a variant that a GPU
 * lacks a feature for is skipped.
 */

import { beforeAll, describe, expect, inject, test } from 'vitest';
import { breaches } from './budget.ts';
import { codegenCases } from './cases.ts';
import { misnamed, readCommitted, regressions } from './committed.ts';
import { type Compiled, compileFor } from './compiler.ts';
import { figuresOf } from './figures.ts';
import { GPUS } from './gpus.ts';

const CASES = codegenCases();
const COMMITTED = readCommitted();

test('figures.json has each case, and no other', () => {
  const names = CASES.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(misnamed(COMMITTED, names)).toEqual([]);
});

describe.each(GPUS.map((gpu) => [gpu.name, gpu] as const))('%s', (_, gpu) => {
  let compiled: Compiled;
  const known = COMMITTED.drivers[gpu.id];

  beforeAll(async () => {
    compiled = await compileFor(gpu, CASES, { layers: inject('layers') });
  });

  test('is held to figures.json, by the same compiler', ({ skip }) => {
    skip(compiled.driver !== known, `figures are of ${known}; with ${compiled.driver}, only budgets are held`);
  });

  test.for(CASES.map((one) => [one.name, one] as const))('%s', ([name, one], { skip }) => {
    const said = compiled.said.get(one);
    if (said && 'lacks' in said) return skip(`${gpu.name} lacks ${said.lacks}`);
    if (!said || 'error' in said) throw new Error(`must compile for ${gpu.name}: ${said?.error ?? 'nothing was said'}`);
    const figures = figuresOf(one, gpu.vendor, said.text);
    const budget = one.kernel.code?.budget(one.params, one.variant, one.tuning)[gpu.vendor];
    const worse = compiled.driver === known ? regressions(figures, COMMITTED.cases[name]?.[gpu.id]) : [];
    expect([...breaches(figures, budget), ...worse], compiled.driver).toEqual([]);
  });
});
