/** Forgeries of figures: bandwidths that no memory has, and steps that do not fit their run. */

import { hasSteps, headlineIn, kernelsIn, scaleAll, scaleCases, stepsIn } from './changes.ts';
import type { CrowdForgery } from './forgery.ts';

const FAST = [
  'above-peak',
  'odd-bytes',
  'odd-times',
  'lost-time',
  'above-ceiling',
  'step-work',
  'region-lengths',
  'region-times',
  'probe-differs',
  'rotation',
  'seed-order',
  'overlapping-regions',
  'off-wall-grid',
];

export const TOO_FAST: readonly CrowdForgery[] = [
  {
    kind: 'impossible bandwidth',
    name: 'reads of twice the bytes, in shapes and plan, too',
    forge(record) {
      for (const m of headlineIn(record)) {
        m.work.bytesRead *= 2;
        m.case.params = { ...m.case.params, bytes: 2 * Number(m.case.params.bytes) };
      }
      record.plan.cases = record.measurements.map((m) => m.case);
    },
    rules: [...FAST, 'odd-rounds', 'step-too-slow'],
  },
  {
    kind: 'impossible bandwidth',
    name: 'the ceiling in a fifth of the time',
    forge: (record) => scaleCases(record, headlineIn(record), () => 0.2),
    rules: FAST,
  },
  {
    kind: 'impossible bandwidth',
    name: 'everything ten times as fast',
    forge: scaleAll(0.1),
    rules: FAST,
  },
  {
    kind: 'impossible bandwidth',
    name: 'products of half as long a time',
    forge: (record) =>
      scaleCases(
        record,
        kernelsIn(record).filter(({ case: { kernel } }) => kernel === 'gemv'),
        () => 0.5,
      ),
    rules: FAST,
  },
];

const STEP = [
  'idle-steps',
  'step-work',
  'above-ceiling',
  'step-too-slow',
  'region-times',
  'odd-times',
  'lost-time',
  'odd-bytes',
  'seed-order',
  'overlapping-regions',
  'off-wall-grid',
];

export const STEPS: readonly CrowdForgery[] = [
  ...[0.4, 0.1].map(
    (factor): CrowdForgery => ({
      kind: 'inconsistent step',
      name: `steps × ${factor} by both clocks`,
      forge: (record) => scaleCases(record, stepsIn(record), () => factor),
      rules: STEP,
      needs: hasSteps,
    }),
  ),
  {
    kind: 'inconsistent step',
    name: 'steps of a small model said to be those of a large one',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.model = 'llama-3.1-8b';
    },
    rules: STEP,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'steps of twice the bytes',
    forge: (record) => {
      for (const m of stepsIn(record)) m.work.bytesRead *= 2;
    },
    rules: STEP,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'steps × 30 by both clocks',
    forge: (record) => scaleCases(record, stepsIn(record), () => 30),
    rules: STEP,
    needs: hasSteps,
  },
  {
    kind: 'inconsistent step',
    name: 'a context ten times as long',
    forge: (record) => {
      for (const m of stepsIn(record)) m.case.context *= 10;
    },
    rules: STEP,
    needs: (record) => stepsIn(record).some(({ case: { context } }) => context > 2000),
  },
  {
    kind: 'inconsistent step',
    name: 'more steps in each region',
    forge: (record) => {
      for (const m of stepsIn(record)) m.samples = m.samples.map((s) => ({ ...s, dispatches: s.dispatches + 3 }));
    },
    rules: STEP,
    needs: hasSteps,
  },
];
