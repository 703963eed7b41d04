import { expect, test } from 'vitest';
import { randomSource } from '../../results/statistics.ts';
import type { Clock } from '../clock/clock.ts';
import type { Precision } from '../profiles.ts';
import { type Decoder, partsOf } from './decoder.ts';
import { StepRun, stepFirstLookMs, tooLongToTime } from './step-run.ts';

/** A region costs 3 ms and each of its steps 2. */
const clock: Clock = {
  kind: 'queue-drain',
  idleMs: 3,
  preRollMs: 0,
  wallQuantumMs: 0,
  time: async (dispatches) => ({ dispatches, wallMs: 3 + 2 * dispatches, gpuMs: null }),
  destroy() {},
};

const precision: Precision = { intervalWidth: 0.03, minRounds: 6, regionMs: 60 };

/** Makes a decoder that runs nothing and leaves what `left` returns. `begun` lists the steps of its regions. */
function decoderLeaving(left: (regions: number) => readonly number[], maxSteps = 20) {
  const begun: number[] = [];
  const decoder: Decoder = {
    step: {
      ...{ sections: [], alike: [], swapped: [], state: () => ({}), maxSteps },
      ...{ results: { logits: 'f32' }, layers: { distinct: 1, total: 1 } },
    },
    chain: () => Promise.reject(new Error('this test adds nothing')),
    dispatchesPerStep: 10,
    bytes: 0,
    begin: (steps) => begun.push(steps),
    encode: () => [() => {}],
    words: () => () => 0,
    view: () => {
      throw new Error('it has no buffers');
    },
    read: async () => new Uint32Array(Float32Array.from(left(begun.length)).buffer),
    destroy() {},
  };
  return { decoder, begun };
}

const visits = async (run: StepRun, rounds: number): Promise<(string | undefined)[]> => {
  const found = [];
  for (let round = 0; round < rounds; round++)
    found.push(await run.visit({ round, random: randomSource(round), sinceStartMs: () => 0 }));
  return found;
};

test('the time of a step is the slope, whatever a region costs; no region is longer than there is room for', async () => {
  const { decoder, begun } = decoderLeaving(() => [1, 2]);
  // A quarter of 60 ms is 15 ms. Six steps take as long, and doubling ends at eight.
  const firstLookMs = await stepFirstLookMs(clock, decoder, 60);
  expect(firstLookMs).toBeCloseTo(2, 12);
  const run = new StepRun({ clock, decoder, precision, firstLookMs });
  expect(await visits(run, 3)).toEqual([undefined, undefined, undefined]);
  expect(run.stepMs?.value).toBeCloseTo(2, 12);
  expect(Math.max(...begun)).toBe(20);
  expect(run.samples).toHaveLength(12);
});

test('results that are no numbers, or differ from those before, are wrong', async () => {
  const none = new StepRun({ clock, ...decoderLeaving(() => [1, Number.NaN]), precision, firstLookMs: 2 });
  expect(await visits(none, 1)).toEqual(['logits must be numbers after 20 steps; some are not']);
  const others = new StepRun({ clock, ...decoderLeaving((n) => [n > 4 ? 1 : 2]), precision, firstLookMs: 2 });
  const [first, second] = await visits(others, 2);
  expect(first).toBeUndefined();
  expect(second).toMatch(/^20 steps from the same state gave checksum [0-9a-f]{8} at first, and now [0-9a-f]{8}$/);
});

test('no step that takes longer than two minutes is timed', () => {
  expect(tooLongToTime(120_000)).toBeUndefined();
  expect(tooLongToTime(121_234)).toMatch(/no longer than 120000 ms/);
});

test('a long region is several submissions, of about as many bytes each', () => {
  expect(partsOf(2, [1, 1, 2], 1)).toEqual([{ begin: 0, end: 6 }]);
  expect(partsOf(2, [1, 1, 2], 2)).toEqual([
    { begin: 0, end: 3 },
    { begin: 3, end: 6 },
  ]);
  // A dispatch that is larger than a part is a part alone, and the others are not cut finer for it.
  expect(partsOf(1, [1, 8, 1], 5).map(({ end }) => end)).toEqual([2, 3]);
  expect(partsOf(1, [1, 1], 100).map(({ end }) => end)).toEqual([1, 2]);
});
