import { expect, test } from 'vitest';
import { EMPTY, KERNEL_FOLDERS } from '../../shaders/registry.ts';
import { dispatchesIn, operationsOf, sharingLayers } from '../../shaders/step.ts';
import { type Model, repeat } from '../../src/model/models/model.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { stepOf } from '../../src/model/step/step.ts';
import { addedRotationBytes, chainWith, chainWithEmpty, stepKernels } from './additions.ts';
import { stepRotationBytes, stepWork } from './step-buffers.ts';

const MODEL: Model = {
  ...{ id: 'eight', name: 'Eight', hidden: 64, vocabulary: 256, tied: true, source: 'made for this test' },
  layers: repeat(8, {
    attention: { kind: 'grouped', queryHeads: 1, kvHeads: 1, headDim: 64 },
    mlp: { kind: 'dense', ffn: 64 },
  }),
};
const step = stepOf(MODEL, { formats: allIn('f16'), kv: 'f16', batch: 1, context: 100, maxSteps: 8 });
const kernels = stepKernels(KERNEL_FOLDERS, step);
const find = (of: (places: number, params: Readonly<Record<string, unknown>>) => boolean) => {
  const found = kernels.find(({ places, operation }) => of(places.length, operation.params));
  if (!found) throw new Error('the step has no such kernel');
  return found;
};
const gateUp = find((_, { form }) => form === 'gate-up');
const head = find((places, { rows }) => places === 1 && rows === 256);
const added = (kernel: typeof head, times = 1, of = step) =>
  chainWith(KERNEL_FOLDERS, of, kernel, 'whole', times).flatMap((link, at) => (link.added ? [{ ...link, at }] : []));

test('the kernels of a step are all of it, those that move the most bytes first', () => {
  expect(kernels.reduce((sum, { places }) => sum + places.length, 0)).toBe(dispatchesIn(step));
  const bytes = kernels.map(({ work }) => work.bytesRead + work.bytesWritten);
  expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
  const { bytesRead, bytesWritten } = stepWork(KERNEL_FOLDERS, step);
  expect(bytes.reduce((sum, one) => sum + one)).toBe(bytesRead + bytesWritten);
});

test('an added dispatch stands before the one that it repeats, and streams the weights of the layer farthest away', () => {
  const links = chainWith(KERNEL_FOLDERS, step, gateUp, 'half', 1);
  expect(links).toHaveLength(dispatchesIn(step) + 8);
  expect(links.filter(({ added: way }) => way === undefined).map(({ operation }) => operation)).toEqual(
    operationsOf(step),
  );
  for (const [i, { operation, at }] of added(gateUp).entries()) {
    const own = links[at + 1]?.operation;
    const streamed = Object.keys(operation.buffers).filter((name) => operation.buffers[name] !== own?.buffers[name]);
    expect(streamed.length).toBeGreaterThan(0);
    for (const name of streamed) {
      expect(own?.buffers[name]?.startsWith(`${i}`)).toBe(true);
      expect(operation.buffers[name]?.startsWith(`${(i + 4) % 8}`)).toBe(true);
    }
  }
});

test('several dispatches are added from layers between; layers that share memory are no farther than that', () => {
  const layersOf = (of: typeof step, times: number) =>
    added(gateUp, times, of)
      .slice(0, times)
      .map(({ operation }) => Object.values(operation.buffers).find((name) => /^\d/.test(name))?.[0]);
  expect(layersOf(step, 3)).toEqual(['2', '4', '6']);
  expect(layersOf(sharingLayers(step, 2), 1)).toEqual(['1']);
  expect(layersOf(sharingLayers(step, 1), 1)).toEqual(['0']);
});

test('a kernel with one dispatch is added half a step away, where nothing needs what it overwrites', () => {
  const [one, ...others] = added(head);
  expect(others).toEqual([]);
  const away = (head.places[0] ?? 0) - (one?.at ?? 0);
  expect(away).toBeGreaterThan(0.4 * dispatchesIn(step));
  // What the first kernel of a step writes is read by the next: it is added where it is.
  const first = kernels.find(({ operation }) => operation.kernel === 'embedding-row');
  if (!first) throw new Error('the step has no embedding');
  expect(added(first).map(({ at }) => at)).toEqual(first.places);
});

test('the bytes between two reads are half of a step’s, and none where nothing is streamed', () => {
  const rotation = (kernel: typeof head) =>
    addedRotationBytes(KERNEL_FOLDERS, chainWith(KERNEL_FOLDERS, step, kernel, 'whole', 1));
  const whole = stepRotationBytes(KERNEL_FOLDERS, step);
  expect(rotation(gateUp) / whole).toBeGreaterThan(0.3);
  expect(rotation(gateUp) / whole).toBeLessThan(0.7);
  expect(rotation(find((_, { form }) => form === 'residual'))).toBe(0);
});

test('an empty dispatch stands before each of the step', () => {
  const links = chainWithEmpty(KERNEL_FOLDERS, step, EMPTY);
  expect(links.filter((_, i) => i % 2 === 1).map(({ operation }) => operation)).toEqual(operationsOf(step));
  expect(links.filter(({ operation }) => operation.kernel === EMPTY.kernel)).toHaveLength(dispatchesIn(step));
});
