import { expect, test } from 'vitest';
import { KERNEL_FOLDERS } from '../../shaders/registry.ts';
import type { Model } from '../../src/model/models/model.ts';
import { allIn } from '../../src/model/models/tensors.ts';
import { stepOf } from '../../src/model/step/step.ts';
import { fitStep } from './fit.ts';
import { bufferSizes } from './step-buffers.ts';

const LIMITS = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 32 };

const attention = { kind: 'grouped', queryHeads: 4, kvHeads: 2, headDim: 64 } as const;
/** 500 layers, of which every third has a window. */
const MODEL: Model = {
  ...{ id: 'm', name: 'm', hidden: 256, vocabulary: 1000, tied: false, source: 'this test' },
  layers: Array.from({ length: 500 }, (_, i) => ({
    attention: i % 3 === 0 ? { ...attention, window: 32 } : attention,
    mlp: { kind: 'dense', ffn: 1024 },
  })),
};
const make = () => stepOf(MODEL, { formats: allIn('f16'), kv: 'f16', batch: 1, context: 1000, maxSteps: 64 });

test('layers of one kind before layers of one kind share a block', () => {
  const { sections, layers } = make();
  expect(layers).toEqual({ distinct: 500, total: 500 });
  expect(sections).toHaveLength(502);
  // The beginning and the end; window before none, none before none, none before window, and none at the end.
  expect(new Set(sections.map(({ block }) => block)).size).toBe(2 + 4);
});

test.each([1e8, 3e8, 7e8])(
  'in %d bytes, a step takes what its buffers take, and one layer more would not fit',
  (bytes) => {
    const fitted = fitStep(KERNEL_FOLDERS, make, LIMITS, bytes);
    if (typeof fitted === 'string') throw new Error(fitted);
    const { distinct } = fitted.step.layers;
    const sizes = [...bufferSizes(KERNEL_FOLDERS, fitted.step).values()];
    const held = sizes.reduce((sum, size) => sum + size, 0);
    expect(fitted.bytes).toBe(held);
    expect(fitted.buffers).toHaveLength(sizes.length);
    expect(held).toBeLessThanOrEqual(bytes);
    expect(held + held / distinct).toBeGreaterThan(bytes);
  },
);

test('a step that must have all layers is refused where some do not fit', () => {
  expect(fitStep(KERNEL_FOLDERS, make, LIMITS, 3e8, 'all')).toMatch(
    /^the budget, 300 MB, must hold 500 of 500 layers with all else; that takes/,
  );
});
