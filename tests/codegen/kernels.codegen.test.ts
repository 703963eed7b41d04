/**
 * Compiles every kernel for GPUs that are not there, and holds the code to what the kernel declares (`Code` in
 * shaders/kernel.ts). A machine without these compilers fails; a variant that a GPU lacks a feature for is skipped.
 */

import { beforeAll, describe, expect, inject, test } from 'vitest';
import { breaches } from './budget.ts';
import { codegenCases } from './cases.ts';
import { type Compiled, compileFor } from './compiler.ts';
import { figuresOf } from './figures.ts';
import { GPUS } from './gpus.ts';

const CASES = codegenCases();

describe.each(GPUS.map((gpu) => [gpu.name, gpu] as const))('%s', (_, gpu) => {
  let compiled: Compiled;

  beforeAll(async () => {
    compiled = await compileFor(gpu, CASES, { layers: inject('layers') });
  });

  test.for(CASES.map((one) => [one.name, one] as const))('%s', ([, one], { skip }) => {
    const said = compiled.said.get(one);
    if (said && 'lacks' in said) return skip(`${gpu.name} lacks ${said.lacks}`);
    if (!said || 'error' in said) throw new Error(`must compile for ${gpu.name}: ${said?.error ?? 'nothing was said'}`);
    const budget = one.kernel.code?.budget(one.params, one.variant, one.tuning)[gpu.vendor];
    expect(breaches(figuresOf(one, gpu.vendor, said.text), budget), compiled.driver).toEqual([]);
  });
});
