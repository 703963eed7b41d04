/**
 * Compiles every kernel for GPUs that are not there, and holds the code to what the kernel declares (`Code` in
 * shaders/kernel.ts). A machine without these compilers fails; a variant that a GPU lacks a feature for is skipped.
 *
 * In the gate each family of problems is compiled for one GPU of each vendor, or if it is no portable one, for one GPU;
 * the GPUs take turns. `npm test -- all codegen` compiles everything for all of them.
 */

import { beforeAll, describe, expect, inject, test } from 'vitest';
import { ALL } from '../support/tier.ts';
import { breaches } from './budget.ts';
import { type CodegenCase, codegenCases } from './cases.ts';
import { type Compiled, compileFor } from './compiler.ts';
import { figuresOf } from './figures.ts';
import { GPUS } from './gpus.ts';

const CASES = ALL ? codegenCases() : codegenCases('few');

/** Returns the cases that are compiled for a GPU: all, or its share. */
function casesOf(gpu: (typeof GPUS)[number]): readonly CodegenCase[] {
  if (ALL) return CASES;
  const siblings = GPUS.filter(({ vendor }) => vendor === gpu.vendor);
  return CASES.filter(({ variant }, i) => {
    const among = variant === 'portable' ? siblings : GPUS;
    return among[i % among.length] === gpu;
  });
}

describe.each(GPUS.map((gpu) => [gpu.name, gpu] as const))('%s', (_, gpu) => {
  const cases = casesOf(gpu);
  let compiled: Compiled;

  beforeAll(async () => {
    compiled = await compileFor(gpu, cases, { layers: inject('layers') });
  });

  test.for(cases.map((one) => [one.name, one] as const))('%s', ([, one], { skip }) => {
    const said = compiled.said.get(one);
    if (said && 'lacks' in said) return skip(`${gpu.name} lacks ${said.lacks}`);
    if (!said || 'error' in said) throw new Error(`must compile for ${gpu.name}: ${said?.error ?? 'nothing was said'}`);
    const budget = one.kernel.code?.budget(one.params, one.variant)[gpu.vendor];
    expect(breaches(figuresOf(one, gpu.vendor, said.text), budget), compiled.driver).toEqual([]);
  });
});
