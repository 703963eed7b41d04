import { expect, test } from 'vitest';
import { gpusCalled } from '../../../results/gpus/by-name.ts';
import { BATCHED } from '../../../results/reference/published.ts';
import { PUBLISHED_STEPS } from './published-steps.ts';

test('published steps are those of the table', () => {
  const { generated } = BATCHED;
  expect(PUBLISHED_STEPS.map(({ model, weights, steps }) => ({ model, weights, steps }))).toEqual(
    BATCHED.models.map(({ model, quantisation, rows }) => ({
      ...{ model, weights: quantisation },
      steps: rows.map(({ prompt, batch, seconds }) => [
        ...[prompt, batch],
        Number(((batch * generated) / seconds).toPrecision(4)),
      ]),
    })),
  );
  for (const { gpu } of PUBLISHED_STEPS) expect(gpusCalled(gpu).map(({ name }) => name)).toEqual([gpu]);
});
