import { expect, test } from 'vitest';
import { Deadline, OutOfTime } from './deadline.ts';

/** A session's clock that the test moves. */
function clockAt(ms = 0) {
  const clock = { ms, spentMs: () => clock.ms };
  return clock;
}

test('a piece is begun if one like it would end in time, and not otherwise', async () => {
  const clock = clockAt();
  const deadline = Deadline.at(clock, 1000);
  const taking = (ms: number) => async () => {
    clock.ms += ms;
  };
  await deadline.piece('visit', taking(300));
  await deadline.piece('visit', taking(400));
  await expect(deadline.piece('visit', taking(1))).rejects.toThrow(OutOfTime);
  expect(clock.ms).toBe(700);
  await deadline.piece('example', taking(400));
  await expect(deadline.piece('example', taking(1))).rejects.toThrow(OutOfTime);
  expect(clock.ms).toBe(1100);
});

test('one slow piece is forgotten as others are quick', async () => {
  const clock = clockAt();
  const deadline = Deadline.at(clock, 1000);
  deadline.learn('visit', 400);
  deadline.learn('visit', 10);
  expect(deadline.expectedMs('visit')).toBe(200);
  deadline.learn('visit', 250);
  expect(deadline.expectedMs('visit')).toBe(250);
});

test('earlier and later deadlines know what pieces take', async () => {
  const clock = clockAt(100);
  const deadline = Deadline.at(clock, 1000);
  const sooner = deadline.sooner(500);
  expect([sooner.leftMs(), deadline.leftMs(), deadline.later(200).leftMs()]).toEqual([400, 900, 1100]);
  sooner.learn('opening', 500);
  await expect(sooner.piece('opening', async () => {})).rejects.toThrow(OutOfTime);
  await expect(deadline.piece('opening', async () => 7)).resolves.toBe(7);
});

test('work that does not end is abandoned when the time is over, also if a pause has moved the end', async () => {
  const clock = clockAt();
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    // The first half of the first pause was not the run's own time.
    clock.ms += pauses.length === 1 ? ms / 2 : ms;
  };
  const deadline = Deadline.at({ ...clock, spentMs: () => clock.ms, pause }, 1000);
  await expect(deadline.piece('opening', () => new Promise(() => {}))).rejects.toThrow(OutOfTime);
  expect(pauses).toEqual([1000, 500]);
});

test('an error of the work is that of the piece', async () => {
  const deadline = Deadline.at({ ...clockAt(), pause: () => new Promise(() => {}) }, 1000);
  await expect(deadline.piece('visit', async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
