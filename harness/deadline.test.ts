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

test('one piece that took long for once does not count among others, and two do', async () => {
  const deadline = Deadline.at(clockAt(), 1000);
  deadline.learn('visit', 20);
  deadline.learn('visit', 10);
  expect(deadline.expectedMs('visit')).toBe(20);
  deadline.learn('visit', 400);
  expect(deadline.expectedMs('visit')).toBe(20);
  deadline.learn('visit', 300);
  expect(deadline.expectedMs('visit')).toBe(300);
});

test('earlier and later deadlines know what pieces take', async () => {
  const clock = clockAt(100);
  const deadline = Deadline.at(clock, 1000);
  const sooner = deadline.sooner(500);
  expect([sooner.leftMs(), deadline.leftMs(), deadline.later(200).leftMs()]).toEqual([400, 900, 1100]);
  sooner.learn('opening', 500);
  await expect(sooner.piece('opening', async () => {})).rejects.toThrow(OutOfTime);
  await expect(deadline.piece('opening', async () => 7)).resolves.toBe(7);
  await expect(deadline.endless().piece('opening', async () => 8)).resolves.toBe(8);
});

/** A clock whose pauses are the only time that passes. */
function pausingClock() {
  const clock = clockAt();
  const pause = async (ms: number) => {
    clock.ms += ms;
  };
  return { ...clock, spentMs: () => clock.ms, pause };
}

test('a wait for a compiler is abandoned at the deadline, and the work cleans up', async () => {
  const deadline = Deadline.at(pausingClock(), 5000);
  const sooner = deadline.sooner(4000);
  let isClean = false;
  const never = sooner.compiling('opening', async (compiled) => {
    try {
      return await compiled(new Promise(() => {}));
    } finally {
      isClean = true;
    }
  });
  await expect(never).rejects.toThrow(OutOfTime);
  expect(isClean).toBe(true);
  expect(deadline.leftMs()).toBeGreaterThan(3000);
  await expect(deadline.compiling('opening', async () => 7)).resolves.toBe(7);
});

test('after its compiler, a piece has until the session ends: it uses the GPU, and so does what comes next', async () => {
  const clock = pausingClock();
  const deadline = Deadline.at(clock, 5000);
  const late = deadline.sooner(4000).compiling('opening', async (compiled) => {
    await compiled(Promise.resolve());
    while (clock.spentMs() < 3000) await clock.pause(250);
    return 7;
  });
  await expect(late).resolves.toBe(7);
});

test('a compiler that takes far longer than others leaves time for what else there is', async () => {
  const clock = pausingClock();
  const deadline = Deadline.at(clock, 100_000);
  deadline.learn('opening', 1000);
  const never = deadline.compiling('opening', (compiled) => compiled(new Promise(() => {})));
  await expect(never).rejects.toThrow(OutOfTime);
  expect(deadline.leftMs()).toBeGreaterThan(45_000);
});

test('work that other work follows ends late rather than disturb it; its compilers do not', async () => {
  const clock = pausingClock();
  const deadline = Deadline.at(clock, 1000).followed();
  const compiling = deadline.compiling('opening', (compiled) => compiled(new Promise(() => {})));
  await expect(compiling).rejects.toThrow(OutOfTime);
  await expect(deadline.piece('visit', async () => 7)).rejects.toThrow(OutOfTime);
  const late = Deadline.at(clock, 2000).followed();
  const visit = late.piece('visit', async () => {
    while (clock.spentMs() < 3000) await clock.pause(250);
    return 7;
  });
  await expect(visit).resolves.toBe(7);
});

test('other work that does not end is abandoned when the session ends', async () => {
  const deadline = Deadline.at(pausingClock(), 5000);
  const never = deadline.sooner(4000).piece('visit', () => new Promise(() => {}));
  await expect(never).rejects.toThrow(OutOfTime);
  expect(deadline.leftMs()).toBe(0);
});

test('a pause of the run moves the end', async () => {
  const clock = clockAt();
  let looks = 0;
  const pause = async (ms: number) => {
    // Every second look passes while the run is paused.
    if (looks++ % 2 === 0) clock.ms += ms;
  };
  const deadline = Deadline.at({ spentMs: () => clock.ms, pause }, 1000);
  await expect(deadline.piece('opening', () => new Promise(() => {}))).rejects.toThrow(OutOfTime);
  expect(looks).toBe(7);
});

test('an error of the work is that of the piece', async () => {
  const deadline = Deadline.at({ ...clockAt(), pause: () => new Promise(() => {}) }, 1000);
  await expect(deadline.compiling('opening', async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
  await expect(deadline.piece('visit', async () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
});
