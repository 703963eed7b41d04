import { expect, test } from 'vitest';
import type { Explanation } from '../../../results/derived/explained.ts';
import { PARTS } from '../../../results/derived/step-parts.ts';
import { type Model, repeat } from '../../../src/model/models/model.ts';
import { allIn } from '../../../src/model/models/tensors.ts';
import { stepOf } from '../../../src/model/step/step.ts';
import { WELL_BEHAVED } from '../device/device.ts';
import { type ExplainedDevice, explainOn, trueParts } from './explained.ts';

const MODEL: Model = {
  ...{ id: 'some', name: 'Some', hidden: 2048, vocabulary: 32_768, tied: true, source: 'made for this test' },
  layers: repeat(12, {
    attention: { kind: 'grouped', queryHeads: 16, kvHeads: 4, headDim: 128 },
    mlp: { kind: 'dense', ffn: 8192 },
  }),
};

const step = stepOf(MODEL, { formats: allIn('int4-g32'), kv: 'f16', batch: 1, context: 2048, maxSteps: 64 });

const DEVICE: ExplainedDevice = { ...WELL_BEHAVED, tailMs: 0.003 };

/** Devices on which the step waits for different things. */
const DEVICES: Readonly<Record<string, ExplainedDevice>> = {
  'bound by memory': DEVICE,
  'bound by arithmetic': { ...DEVICE, gflops: 1000 },
  'by the wall clock': { ...DEVICE, gflops: 1500, timestamps: false },
  'timestamps in steps of 65 µs': { ...DEVICE, gflops: 1500, timestampQuantumNs: 65_536 },
  'with stalls': { ...DEVICE, noise: { ...DEVICE.noise, stalls: 0.01, stallMs: 300 } },
  'with a cache of a layer': { ...DEVICE, caches: [{ bytes: 40e6, gbps: 2000 }] },
};

const RUNS = 3;

/** The parts of all devices whose interval does not hold the truth. */
const allMissed: string[] = [];

test.each(Object.entries(DEVICES))(
  '%s: intervals hold where the time goes, and the parts add up to the step',
  async (_, device) => {
    const truth = trueParts(device, step);
    const wholeMs = PARTS.reduce((sum, id) => sum + truth[id], 0);
    const missed: string[] = [];
    for (let seed = 1; seed <= RUNS; seed++) {
      const found = (await explainOn(device, step, seed)) as Explanation;
      const sum = PARTS.reduce((total, id) => total + (found.parts[id]?.value ?? 0), 0);
      expect(sum).toBeCloseTo(found.stepMs.value, 9);
      for (const id of PARTS) {
        const { value, ci95 } = found.parts[id] ?? { value: Number.NaN, ci95: null };
        const [low, high] = ci95 ?? [Number.NaN, Number.NaN];
        if (!(low <= truth[id] && truth[id] <= high)) missed.push(`${id} ${truth[id]}: ${value} (${low} – ${high})`);
        // Within a few per cent of the step.
        expect.soft(Math.abs(value - truth[id]) / wholeMs, `${id}: ${value}, in truth ${truth[id]}`).toBeLessThan(0.06);
      }
    }
    allMissed.push(...missed);
    // A device has fifteen intervals of 95 %. Chance alone may make three or four of them miss.
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(0.3 * RUNS * PARTS.length);
  },
);

test('intervals of all devices hold nearly all truths', () => {
  const all = Object.keys(DEVICES).length * RUNS * PARTS.length;
  expect(allMissed.length, allMissed.join('\n')).toBeLessThanOrEqual(0.1 * all);
});

test('the kernel that takes the most time is known, with its share', async () => {
  const found = (await explainOn(DEVICE, step, 1)) as Explanation;
  const [first] = found.kernels;
  expect(first?.of).toMatchObject({ kernel: 'gemv', params: { form: 'gate-up' } });
  const shares = found.kernels.reduce((sum, { share }) => sum + share.value, 0);
  expect(shares + found.between.value / found.stepMs.value).toBeCloseTo(1, 9);
  expect(Math.abs(found.between.value / found.stepMs.value)).toBeLessThan(0.05);
});
