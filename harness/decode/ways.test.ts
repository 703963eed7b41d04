/** The race between the ways of a decode step, by decoders that run nothing and a clock that is told their times. */

import { expect, test } from 'vitest';
import { randomSource } from '../../results/statistics.ts';
import type { StepWay } from '../../shaders/step.ts';
import type { Clock } from '../clock/clock.ts';
import { OutOfTime } from '../deadline.ts';
import type { Decoder } from './decoder.ts';
import { type Entrant, Race, type Winners } from './ways.ts';

let passMs = 0;
const clock: Clock = {
  ...{ kind: 'queue-drain', idleMs: 0, preRollMs: 0, wallQuantumMs: 0 },
  async time(dispatches, passes) {
    passMs = 0;
    for (const pass of [passes].flat()) pass({} as GPUComputePassEncoder);
    return { dispatches, wallMs: passMs, gpuMs: null };
  },
  destroy() {},
};

const REGION_MS = 60;
const [JOINED, AFTER_NORMS, ALL] = ['f32-joined', 'i8-after-norms', 'i8'] as const;

/** A race of f32, whose steps take 10 ms, with the others. `freed` lists what was destroyed, in order. */
function raceWith(
  others: Partial<Record<StepWay['activations'], number | string | Error>>,
  winners: Winners = new Map(),
  isAsked = false,
) {
  const freed: string[] = [];
  const leftOut: string[] = [];
  const made: string[] = [];
  const entrant = (activations: Entrant['activations'], eachMs: number): Entrant => ({
    activations,
    verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 },
    decoder: {
      step: {
        ...{ sections: [], alike: [], swapped: [], state: () => ({}), maxSteps: 64, results: {} },
        layers: { distinct: 1, total: 1 },
      },
      ...{ dispatchesPerStep: 1, bytes: 0, begin() {}, words: () => () => 0 },
      view: () => {
        throw new Error('it has no buffers');
      },
      chain: () => {
        throw new Error('it is not explained');
      },
      encode: (steps) => [
        () => {
          passMs += steps * eachMs;
        },
      ],
      read: async () => new Uint32Array(),
      destroy: () => void freed.push(activations ?? 'f32'),
    } satisfies Decoder,
  });
  const ways = Object.keys(others) as StepWay['activations'][];
  const race = new Race({
    ...{ clock, winners, kind: 'a model', isAsked },
    first: entrant(undefined, 10),
    others: ways.map((activations) => ({
      activations,
      requires: [],
      ...(activations === JOINED && { spares: 60 }),
      make: () => {
        throw new Error('not asked');
      },
    })),
    async make({ activations }) {
      made.push(activations);
      const is = others[activations];
      if (is instanceof Error) throw is;
      return typeof is === 'number' ? entrant(activations, is) : (is ?? 'there is none');
    },
    leftOut: ({ activations }, why) => void leftOut.push(`${activations}: ${why}`),
  });
  return { race, freed, made, winners, leftOut };
}

test('the fastest way wins, and the others are freed at once; the first, whose buffers it uses, at the end', async () => {
  const { race, freed } = raceWith({ [AFTER_NORMS]: 8, [ALL]: 7 });
  await race.run(10, REGION_MS, randomSource(1));
  expect(race.winner.activations).toBe(ALL);
  expect(freed).toEqual([AFTER_NORMS]);
  race.end();
  expect(freed).toEqual([AFTER_NORMS, ALL, 'f32']);
});

test('f32 stays where another is faster by less than noise, or does not fit', async () => {
  const { race, freed } = raceWith({ [AFTER_NORMS]: 9.8 });
  await race.run(10, REGION_MS, randomSource(1));
  expect(race.winner.activations).toBeUndefined();
  race.end();
  expect(freed).toEqual([AFTER_NORMS, 'f32']);
});

test('a way whose compiler takes too long loses; what else fails ends the race, and leaves f32', async () => {
  const late = raceWith({ [AFTER_NORMS]: new OutOfTime(), [ALL]: 5 });
  await late.race.run(10, REGION_MS, randomSource(1));
  expect(late.race.winner.activations).toBe(ALL);
  expect(late.leftOut).toEqual([`${AFTER_NORMS}: its kernels were not compiled in time`]);
  const lost = raceWith({ [AFTER_NORMS]: 5, [ALL]: new Error('the device was lost') });
  await expect(lost.race.run(10, REGION_MS, randomSource(1))).rejects.toThrow('the device was lost');
  expect(lost.race.winner.activations).toBeUndefined();
  expect(lost.freed).toEqual([AFTER_NORMS]);
});

test('a way that is wrong or does not fit is told, with the reason, and the others race', async () => {
  const { race, leftOut } = raceWith({ [AFTER_NORMS]: 'gemv dot-i8: squared error 0.31', [ALL]: 5 });
  await race.run(10, REGION_MS, randomSource(1));
  expect(leftOut).toEqual([`${AFTER_NORMS}: gemv dot-i8: squared error 0.31`]);
  expect(race.winner.activations).toBe(ALL);
});

test('steps of one kind are raced once, and the winner alone is made after that', async () => {
  const { race, winners } = raceWith({ [AFTER_NORMS]: 8, [ALL]: 7 });
  await race.run(10, REGION_MS, randomSource(1));
  const next = raceWith({ [AFTER_NORMS]: 8, [ALL]: 7 }, winners);
  expect(next.race.isWorthIt(1e6, REGION_MS, 0)).toBe(true);
  await next.race.run(10, REGION_MS, randomSource(1));
  expect(next.made).toEqual([ALL]);
  expect(next.race.winner.activations).toBe(ALL);
  const inFloats = raceWith({ [ALL]: 7 }, new Map([['a model', undefined]]));
  expect(inFloats.race.isWorthIt(1, REGION_MS, 1e9)).toBe(false);
});

test('a race is held where it takes little of the time of the step, and has another way', () => {
  expect(raceWith({}).race.isWorthIt(1, REGION_MS, 1e9)).toBe(false);
  const { race } = raceWith({ [AFTER_NORMS]: 8, [ALL]: 7 });
  expect(race.isWorthIt(1, REGION_MS, 1000)).toBe(true);
  expect(race.isWorthIt(1, REGION_MS, 100)).toBe(false);
  expect(race.isWorthIt(1000, REGION_MS, 10_000)).toBe(false);
  // A person who asked for the step waits a while for its fastest way.
  const asked = raceWith({ [AFTER_NORMS]: 8, [ALL]: 7 }, new Map(), true).race;
  expect(asked.isWorthIt(1000, REGION_MS, 10_000)).toBe(true);
  expect(asked.isWorthIt(10_000, REGION_MS, 10_000)).toBe(false);
});

test('a way that only spares dispatches races where these could take more of a step than noise does', async () => {
  // Sixty dispatches of at most 10 µs are 3 % of 20 ms.
  const { race, made } = raceWith({ [JOINED]: 8 });
  expect(race.isWorthIt(19, REGION_MS, 1e9)).toBe(true);
  expect(race.isWorthIt(21, REGION_MS, 1e9)).toBe(false);
  await race.run(10, REGION_MS, randomSource(1));
  expect(race.winner.activations).toBe(JOINED);
  const long = raceWith({ [JOINED]: 15, [ALL]: 16 });
  await long.race.run(30, REGION_MS, randomSource(1));
  expect([made, long.made]).toEqual([[JOINED], [ALL]]);
});
