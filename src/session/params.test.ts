import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PROFILES } from '../../harness/profiles.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { MODELS } from '../model/models/index.ts';
import { KV_FORMATS, SIZES_RULE, type Size, WEIGHT_FORMATS } from '../model/request/sweep.ts';
import { DEFAULT_PARAMS, formatParams, parseParams } from './params.ts';

test('an empty query gives the defaults', () => {
  expect(parseParams('')).toEqual({ params: DEFAULT_PARAMS, problems: [] });
});

test('every parameter is read', () => {
  const { params, problems } = parseParams(
    '?profile=full&seed=7&challenge=2026-11-30T12:00:00.000Z/0123456789abcdef0123456789abcdef&memory=2.5&gpu=RTX%204090&model=qwen3-8b&decode=llama-3.1-8b&weights=f16,int4-g32&kv=int8&context=512,4096&shortest=128&batch=1,8&explain=1&tune=60&kernels=gemv,stream-read&compare=defaults&budget=90&autorun=1',
  );
  expect(problems).toEqual([]);
  expect(params).toEqual({
    profile: 'full',
    seed: 7,
    challenge: { expires: '2026-11-30T12:00:00.000Z', mac: '0123456789abcdef0123456789abcdef' },
    memoryGB: 2.5,
    gpu: 'RTX 4090',
    model: 'qwen3-8b',
    ...{
      decode: 'llama-3.1-8b',
      weights: ['f16', 'int4-g32'],
      kv: ['int8'],
      contexts: [512, 4096],
      shortest: 128,
      batches: [1, 8],
    },
    explain: true,
    tuneSeconds: 60,
    kernels: ['gemv', 'stream-read'],
    compare: true,
    budgetSeconds: 90,
    autorun: 'run',
  });
});

test('what is written is read back', () => {
  const sizes = (range: fc.IntegerConstraints) => {
    const numbers = fc.array(fc.integer(range), { minLength: 1, maxLength: 3 });
    const ends = fc.constantFrom<Size[]>([], ['max'], ['...', 'max']);
    return fc.option(fc.tuple(numbers, ends).map((parts): Size[] => parts.flat()));
  };
  const formats = (known: readonly string[]) => fc.option(fc.shuffledSubarray([...known], { minLength: 1 }));
  const seeds = fc.record({
    seed: fc.integer({ min: 0, max: 0xffffffff }),
    challenge: fc.constantFrom(null, { expires: '2026-11-30T12:00:00.000Z', mac: 'f'.repeat(32) }),
  });
  const params = fc.record({
    profile: fc.constantFrom(...Object.values(PROFILES).map((p) => p.id)),
    seeds: fc.oneof(seeds, fc.constant({ seed: null, challenge: null })),
    memoryGB: fc.option(fc.integer({ min: 1, max: 4000 }).map((n) => n / 10)),
    gpu: fc.string({ maxLength: 100 }),
    model: fc.constantFrom(...MODELS.map((m) => m.id)),
    decode: fc.constantFrom('', ...MODELS.map((m) => m.id)),
    weights: formats(WEIGHT_FORMATS),
    kv: formats(KV_FORMATS),
    contexts: sizes({ min: 100, max: 1e7 }),
    shortest: fc.option(fc.integer({ min: 1, max: 100 })),
    batches: sizes({ min: 1, max: 32 }),
    explain: fc.boolean(),
    tuneSeconds: fc.option(fc.integer({ min: 1, max: 86_400 })),
    kernels: fc.constantFrom([], ['gemv'], ['gemv', 'stream-read']),
    compare: fc.boolean(),
    budgetSeconds: fc.option(fc.integer({ min: 1, max: 86_400 })),
    autorun: fc.constantFrom('no', 'run', 'tune'),
  });
  fc.assert(
    fc.property(params, ({ seeds: given, ...rest }) => {
      const p = { ...rest, ...given };
      expect(parseParams(formatParams(p))).toEqual({ params: p, problems: [] });
    }),
  );
});

test.each([
  [
    '?porfile=quick',
    'Unknown parameter "porfile". There are profile, seed, challenge, memory, gpu, model, decode, weights, kv, context, shortest, batch, explain, tune, kernels, compare, budget, autorun.',
  ],
  ['?profile=fast', '"profile" must be one of quick, full, kernels; it is "fast".'],
  ['?seed=-1', '"seed" must be a whole number from 0 to 4294967295; it is "-1".'],
  ['?seed=4294967296', '"seed" must be a whole number from 0 to 4294967295; it is "4294967296".'],
  [
    '?challenge=2026-11-30T12:00:00.000Z/0123456789abcdef0123456789abcdef',
    '"challenge" must come with the "seed" that it is for; there is none.',
  ],
  [
    '?challenge=soon/x',
    '"challenge" must be a time and 32 hex digits as a collector gave them, with a / between; it is "soon/x".',
  ],
  ['?memory=0', '"memory" must be a number from 0.1 to 1000 GB; it is "0".'],
  ['?memory=1e3', '"memory" must be a number from 0.1 to 1000 GB; it is "1e3".'],
  ['?explain=yes', '"explain" must be 1 or 0; it is "yes".'],
  ['?tune=0', '"tune" must be a whole number from 1 to 86400 seconds; it is "0".'],
  ['?tune=soon', '"tune" must be a whole number from 1 to 86400 seconds; it is "soon".'],
  ['?budget=100000', '"budget" must be a whole number from 1 to 86400 seconds; it is "100000".'],
  ...['gemv,', 'gemm', 'gemv,gemm', 'GEMV'].map((ids) => [
    `?kernels=${ids}`,
    `"kernels" must be ids of kernels, separated by commas, of the ${KERNELS.measured.length} of "hbmark list kernels", such as gemv,stream-read; it is "${ids}".`,
  ]),
  ['?compare=all', '"compare" must be defaults; it is "all".'],
  [
    '?context=1,,2',
    `"context" must be whole numbers from 1 to 10000000 positions, separated by commas; ${SIZES_RULE}; it is "1,,2".`,
  ],
  ['?batch=4097', `"batch" must be whole numbers from 1 to 4096, separated by commas; ${SIZES_RULE}; it is "4097".`],
  ['?weights=f16,q4', `"weights" must be of ${WEIGHT_FORMATS.join(', ')}, separated by commas; it is "f16,q4".`],
  ['?kv=', '"kv" must be of f16, int8, int4-g32, separated by commas; it is "".'],
  ['?shortest=2000', '"shortest" must be at most the context, 1024; got 2000.'],
  ['?autorun=yes', '"autorun" must be one of 0, 1, tune; it is "yes".'],
  ['?seed=1&seed=2', '"seed" must be given once; it is "1", and then "2".'],
])('%s is reported in one line and keeps the default', (search, problem) => {
  expect(parseParams(search)).toEqual({ params: DEFAULT_PARAMS, problems: [problem] });
});
