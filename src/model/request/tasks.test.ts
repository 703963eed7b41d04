import { expect, test } from 'vitest';
import { planSteps } from '../../../harness/decode/tasks.ts';
import { defaultTuning } from '../../../harness/sampling/plan.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { kvBytesPerToken, weightBytesHeld } from '../models/accounting.ts';
import { modelById } from '../models/predicted.ts';
import { allIn, tensorsIn } from '../models/tensors.ts';
import { type DecodeSweep, sweepFor } from './sweep.ts';
import { decodeTasks, MAX_STEPS } from './tasks.ts';

const LIMITS = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 32 };
const SMOLLM2 = modelById('smollm2-135m');
const WEIGHT_BYTES = weightBytesHeld(tensorsIn(SMOLLM2, allIn('f16')));
const tokenBytes = kvBytesPerToken(SMOLLM2, 'f16');

const tasksIn = (budgetBytes: number, sweep: DecodeSweep, model = SMOLLM2) =>
  planSteps(
    { kernels: KERNEL_FOLDERS, budgetBytes, tasks: (room) => decodeTasks([model], sweep, room) },
    LIMITS,
    defaultTuning,
  ).tasks;
const pointsIn = (budgetBytes: number, sweep: DecodeSweep, model = SMOLLM2) =>
  tasksIn(budgetBytes, sweep, model).map(({ case: { batch, context } }) => [batch, context]);

const sweep = sweepFor('quick', { batches: [1, 'max'], contexts: [1024] });

test('max is the number of sequences whose KV caches fit beside the weights', () => {
  const [one, max, ...others] = pointsIn(1e9, sweep);
  expect([one, others]).toEqual([[1, 1024], []]);
  const batch = max?.[0] ?? 0;
  const caches = (n: number) => WEIGHT_BYTES + n * (1024 + MAX_STEPS) * tokenBytes;
  expect(caches(batch)).toBeLessThan(1e9);
  // Activations, logits included, take less than a hundredth.
  expect(caches(batch + 1)).toBeGreaterThan(0.99e9);
});

test('max of contexts depends on the batch, and is that of one sequence where both are max', () => {
  const longest = pointsIn(1e9, { ...sweep, batches: [2, 8], contexts: ['max'] });
  expect(longest.map(([batch]) => batch)).toEqual([2, 8]);
  const [two = 0, eight = 0] = longest.map(([, context]) => context);
  expect((two + MAX_STEPS) / (eight + MAX_STEPS)).toBeCloseTo(4, 1);
  const both = pointsIn(1e9, { ...sweep, batches: ['max'], contexts: ['max'] });
  expect(both).toEqual([[1, expect.any(Number)]]);
});

test('a grid ends at each context where memory does', () => {
  const points = pointsIn(1e9, sweepFor('full', { weights: ['f16'] }));
  const batchesAt = (context: number) => points.filter(([, c]) => c === context).map(([batch]) => batch);
  expect(batchesAt(128).slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect(batchesAt(8192)).toEqual([1, 2, 3]);
  expect(Math.max(...points.map(([, context]) => context ?? 0))).toBeGreaterThan(8192);
  expect(new Set(points.map(String)).size).toBe(points.length);
  expect(points).toEqual([...points].sort(([b = 0, c = 0], [d = 0, e = 0]) => b - d || c - e));
});

test('formats are timed side by side, each up to its own max', () => {
  const cases = tasksIn(5e8, { ...sweepFor('full', {}), contexts: [128] }).map((task) => task.case);
  const inFormat = (weights: string) => cases.filter((c) => c.weights === weights).map(({ batch }) => batch);
  expect(cases.slice(0, 4).map(({ weights, batch }) => [weights, batch])).toEqual([
    ['f16', 1],
    ['int4-g32', 1],
    ['f16', 2],
    ['int4-g32', 2],
  ]);
  const kvBytes = (batch: number) => batch * (128 + MAX_STEPS) * tokenBytes;
  const more = Math.max(...inFormat('int4-g32')) - Math.max(...inFormat('f16'));
  const spared = WEIGHT_BYTES - weightBytesHeld(tensorsIn(SMOLLM2, allIn('int4-g32')));
  expect(kvBytes(more) / spared).toBeCloseTo(1, 1);
});

test('there is no max where not all layers fit: a user is told why, and a profile keeps its other lengths', () => {
  const tasks = tasksIn(1e8, sweep);
  expect(tasks.map(({ case: { batch } }) => batch)).toEqual([1, 1]);
  expect(tasks[0]?.make().layers.distinct).toBe(30);
  expect(() => tasks[1]?.make()).toThrow(/^no batch fits, not even 1: the budget, 100 MB, must hold 30 of 30 layers/);
  expect(pointsIn(1e8, sweepFor('full', { weights: ['f16'] }))).toHaveLength(6 * 5);
});
