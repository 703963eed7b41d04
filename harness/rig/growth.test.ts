import { expect, test } from 'vitest';
import type { Growth } from '../device/pools.ts';
import { type GrowthLog, GrowthWatch } from './growth.ts';

/** A log that writes down what it is told. */
function written(): { log: GrowthLog; lines: string[] } {
  const lines: string[] = [];
  const log: GrowthLog = {
    begins: async (bytes, grownBytes) => void lines.push(`begins ${bytes}, has ${grownBytes}`),
    ended: (grownBytes) => void lines.push(`ended ${grownBytes}`),
  };
  return { log, lines };
}

const step = (state: Growth['state'], bytes: number, isMain = true): Growth => ({
  ...{ state, bytes, isMain },
  totalBytes: isMain ? bytes : 4 + bytes,
});

/** A set-up that takes these steps, and ends with an error if there is one. */
async function* setUp(watch: GrowthWatch, steps: readonly Growth[], error?: Error) {
  for (const one of steps) {
    await watch.grows(one);
    yield one.state;
  }
  if (error) throw error;
  return 'rig';
}

async function drain(events: AsyncGenerator<unknown, unknown>): Promise<unknown> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value;
  }
}

const GROWN = [step('begins', 2), step('given', 2), step('begins', 4), step('given', 4)];

test('each step is in the log before it is taken, and the end once all have been survived', async () => {
  const { log, lines } = written();
  const watch = new GrowthWatch(log);
  const side = [step('begins', 1, false), step('given', 1, false)];
  expect(await drain(watch.over(setUp(watch, [...GROWN, ...side])))).toBe('rig');
  expect(lines).toEqual(['begins 2, has 0', 'begins 4, has 2', 'begins 5, has 4', 'ended 5']);
  expect(watch.steps).toEqual([
    { bytes: 2, given: true },
    { bytes: 4, given: true },
  ]);
});

test('a step in which the device is lost was not given, and the next device begins with nothing', async () => {
  const { log, lines } = written();
  const watch = new GrowthWatch(log);
  const lost = setUp(watch, [...GROWN, step('begins', 8)], new Error('lost'));
  await expect(drain(watch.over(lost))).rejects.toThrow('lost');
  await drain(watch.over(setUp(watch, GROWN.slice(0, 2))));
  expect(lines.slice(-3)).toEqual(['ended 0', 'begins 2, has 0', 'ended 2']);
  expect(watch.steps.slice(2)).toEqual([
    { bytes: 8, given: false },
    { bytes: 2, given: true },
  ]);
});

test('a refused step is in the record, and what was given before it counts', async () => {
  const { log, lines } = written();
  const watch = new GrowthWatch(log);
  await drain(watch.over(setUp(watch, [...GROWN, step('begins', 8), step('refused', 8)])));
  expect(lines.at(-1)).toBe('ended 4');
  expect(watch.steps.at(-1)).toEqual({ bytes: 8, given: false });
});

test('what takes memory at once is in the log before it begins, and counts only if it was given', async () => {
  const { log, lines } = written();
  const watch = new GrowthWatch(log);
  const value = await watch.during({ bytes: 9, grownBytes: 1 }, async () => {
    lines.push('allocates');
    return 'decoder';
  });
  expect(value).toBe('decoder');
  expect(lines).toEqual(['begins 9, has 1', 'allocates', 'ended 9']);
  const refused = watch.during({ bytes: 9, grownBytes: 1 }, async () => {
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
  expect(lines.slice(-2)).toEqual(['begins 9, has 1', 'ended 0']);
  expect(watch.steps).toEqual([]);
});

test('no step begins in a hidden tab', async () => {
  const { log, lines } = written();
  let show: () => void = () => {};
  const shown = new Promise<void>((resolve) => {
    show = resolve;
  });
  const watch = new GrowthWatch(log, () => shown);
  const pool = drain(watch.over(setUp(watch, GROWN.slice(0, 2))));
  const step = watch.during({ bytes: 9, grownBytes: 1 }, async () => {});
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual([]);
  show();
  await Promise.all([pool, step]);
  expect(lines).toContain('begins 2, has 0');
  expect(lines).toContain('begins 9, has 1');
});
