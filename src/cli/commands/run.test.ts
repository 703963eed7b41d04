import { expect, test } from 'vitest';
import { decodeTasks } from '../../model/request/tasks.ts';
import { formatParams, parseParams } from '../../session/params.ts';
import { runRequest } from '../../session/requests.ts';
import { kernelsOf } from '../../session/run-options.ts';
import { UsageError } from '../errors.ts';
import { run } from './run.ts';

/** Returns the decode steps that a run with these flags times; null for none. */
async function decodeOf(flags: Readonly<Record<string, unknown>>) {
  const { params, timed } = await run.parse([], flags);
  return runRequest(params, params.seed, timed).decode;
}

test('without a flag about decode steps, none are timed', async () => {
  expect(await decodeOf({ profile: 'full' })).toBeNull();
});

test('a named model has its steps timed, at the lengths of the profile', async () => {
  const decode = await decodeOf({ profile: 'full', model: 'smollm2-135m', kv: 'int8' });
  expect(decode?.sweep).toEqual({
    ...{ weights: ['f16', 'int4-g32'], kv: ['int8'], ofProfile: true },
    contexts: [128, 1024, 4096, 8192, 32_768, 'max'],
    batches: [1, 2, 4, 8, 16, 32, '...', 'max'],
  });
  expect((await decodeOf({ model: 'smollm2-135m', batch: '1,...,max' }))?.sweep).toEqual({
    ...{ weights: ['f16'], kv: ['f16'], contexts: [1024], batches: [1, '...', 'max'] },
  });
});

test('any flag about decode steps asks for them; the other flags have defaults', async () => {
  const decode = await decodeOf({
    model: ['llama-3.2-1b', 'smollm2-135m'],
    weights: 'int4-g32',
    context: '512,4096',
    batch: 8,
  });
  if (!decode) throw new Error('there are no decode steps');
  const { models, sweep } = decode;
  expect(sweep).toEqual({ weights: ['int4-g32'], kv: ['f16'], contexts: [512, 4096], batches: [8] });
  const tasks = decodeTasks(models, sweep, { left: () => 0, refuses: () => undefined });
  const common = { weights: 'int4-g32', kv: 'f16', batch: 8 };
  expect(tasks.map((task) => task.case)).toEqual([
    { model: 'llama-3.2-1b', ...common, context: 512 },
    { model: 'llama-3.2-1b', ...common, context: 4096 },
    { model: 'smollm2-135m', ...common, context: 512 },
    { model: 'smollm2-135m', ...common, context: 4096 },
  ]);
  expect(tasks[0]?.make().layers).toEqual({ distinct: 16, total: 16 });
});

test('the page reads what is asked of a run out of its address', async () => {
  const { params } = await run.parse([], {
    ...{ profile: 'full', seed: 7, memory: 2.5, gpu: 'RTX 4090', budget: 90, kernel: 'gemv' },
    ...{ weights: 'f16,int4-g32', kv: 'int8', context: '512,4096', shortest: 128, batch: '1,...,max' },
  });
  const page = { ...params, autorun: 'run' } as const;
  expect(parseParams(formatParams(page))).toEqual({ params: page, problems: [] });
});

test('a kernel that is named twice is measured once', async () => {
  const { params } = await run.parse([], { kernel: ['gemv', 'stream-read', 'gemv'] });
  expect(kernelsOf(params).map(({ id }) => id)).toEqual(['gemv', 'stream-read']);
});

test.each([
  [{ weights: 'f16,int3' }, '--weights must be of f32, f16, '],
  [{ weights: 'f16,int3' }, ', separated by commas; got "f16,int3"'],
  [{ kv: 'f32' }, '--kv must be of f16, int8, int4-g32, separated by commas; got "f32"'],
  [{ context: '1,x' }, '--context must be whole numbers from 1 to 10000000 positions, separated by commas; "max", '],
  [{ context: '1,,2' }, '; got "1,,2"'],
  [{ batch: '5000' }, '--batch must be whole numbers from 1 to 4096, separated by commas; '],
  [{ batch: 0 }, '; got "0"'],
  [{ batch: 'max,1' }, 'may end the list, with "..." before it for doublings up to it; at most 32 in all; got "max,1"'],
  [{ batch: '1,...' }, '; got "1,..."'],
  [{ shortest: 0 }, '--shortest must be a whole number from 1 to 10000000 positions; got "0"'],
  [
    { resume: 'results/data/2026-11-24-lavapipe-quick.json', kernel: 'gemv' },
    '--kernel must name the kernels of the run',
  ],
  [{ resume: 'results/data/2026-11-24-lavapipe-quick.json' }, '--resume needs the kernels that the run was begun with'],
  [{ repeat: 0 }, '--repeat must be a whole number from 1 to 100 runs; got "0"'],
  [{ repeat: 3, resume: 'results/data/2026-11-24-lavapipe-quick.json' }, 'leave --repeat out; got 3'],
  [{ challenge: 'bench.example' }, '--challenge must be an address that begins with https:// or http://'],
  [{ challenge: 'https://' }, '--challenge must be an address that begins with https:// or http://'],
  [{ challenge: 'https://bench.example', seed: 7 }, '--challenge gives one new run its seed: leave --seed out'],
  [{ challenge: 'https://bench.example', repeat: 2 }, '--challenge gives one new run its seed: leave --repeat out'],
  [{ shortest: 200, context: '128,4096' }, '--shortest must be at most the smallest context, 128; got 200'],
])('%j is refused', async (flags, message) => {
  await expect(run.parse([], flags)).rejects.toThrow(message);
});

test('a collector that gives no seed is said in one line before anything is measured', async () => {
  // Nothing listens on port 9 of this machine.
  const input = await run.parse([], { challenge: 'http://127.0.0.1:9' });
  await expect(run.run(input)).rejects.toThrow(UsageError);
  await expect(run.run(input)).rejects.toThrow(/^--challenge: http:\/\/127\.0\.0\.1:9\/v1\/challenge gave no seed: .+/);
});

test('of models that there are no kernels for, no step is timed; those beside them are', async () => {
  const input = await run.parse([], { model: ['qwen3.6-35b-a3b', 'smollm2-135m'] });
  expect(input.models.map(({ id }) => id)).toEqual(['qwen3.6-35b-a3b', 'smollm2-135m']);
  expect(input.timed.map(({ id }) => id)).toEqual(['smollm2-135m']);
  expect(await decodeOf({ model: 'qwen3.6-35b-a3b', batch: '4', explain: true })).toBeNull();
});
