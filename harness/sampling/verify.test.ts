import { expect, test } from 'vitest';
import { KERNELS } from '../../shaders/registry.ts';
import { examplesOf } from './verify.ts';

const { ceiling } = KERNELS;
const gemv = KERNELS.measured.find(({ id }) => id === 'gemv') ?? ceiling;

test('the examples that tell most about a case come first: those of its family, of its batch, and large', () => {
  const params = { rows: 4096, columns: 4096, format: 'f16', batch: 8, form: 'plain', planes: 1 };
  const examples = examplesOf({ kernel: gemv, variant: 'portable', params, tuning: gemv.defaults });
  expect(new Set(examples.map(({ format, form }) => `${format} ${form}`))).toEqual(new Set(['f16 plain']));
  expect(examples[0]).toMatchObject({ batch: 8, planes: 1 });
  const [first, ...others] = examplesOf({
    ...{ kernel: ceiling, variant: 'portable', params: { bytes: 2 ** 20 }, tuning: ceiling.defaults },
  });
  expect(others.length).toBeGreaterThan(0);
  for (const { bytes } of others) expect(first?.bytes).toBeGreaterThan(Number(bytes));
});

test('examples that a tuning cannot run are left out', () => {
  const params = { rows: 4096, columns: 4096, format: 'f16', batch: 1, form: 'plain', planes: 1 };
  const tuning = { ...gemv.defaults, workgroupSize: 64, tokensPerLane: 1, rowsPerGroup: 8, lanes: 256 };
  for (const example of examplesOf({ kernel: gemv, variant: 'portable', params, tuning })) {
    expect(gemv.refuses(example, tuning)).toBeUndefined();
  }
});
