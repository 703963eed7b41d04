import { expect, test } from 'vitest';
import { pairedRatio, randomSource } from '../../results/statistics.ts';
import { isOut, leader, type Runner, race } from './race.ts';

interface Fake extends Runner {
  readonly name: string;
  readonly ms: number;
  visits: number;
}

const fake = (name: string, ms: number): Fake => ({ name, ms, visits: 0, times: new Map() });

/** A seeded machine that drifts and jitters. Returns what a visit of a runner takes. */
function machine({ jitter, drift }: { jitter: number; drift: number }) {
  const random = randomSource(7);
  let visits = 0;
  return async (runner: Fake) => {
    runner.visits++;
    visits++;
    return runner.ms * (1 + (jitter * (random.below(2001) - 1000)) / 1000) * (1 + drift * visits);
  };
}

const options = { rounds: 12, over: () => false, random: randomSource(1) };

test('the fastest wins, through jitter and drift', async () => {
  const control = fake('default', 10);
  const runners = [control, fake('a', 9), fake('b', 11), fake('c', 8), fake('d', 8.8)];
  const winner = await race({ ...options, runners, control, visit: machine({ jitter: 0.02, drift: 0.003 }) });
  expect(winner.name).toBe('c');
});

test('a runner that is shown to be slower is not visited again; the control always is', async () => {
  const control = fake('default', 20);
  const [slow, hopeless, good, equal] = [
    fake('slow', 13),
    fake('hopeless', 40),
    fake('good', 10),
    fake('equal', 10.01),
  ];
  const runners = [control, slow, hopeless, good, equal];
  await race({ ...options, runners, control, visit: machine({ jitter: 0.02, drift: 0 }) });
  expect(hopeless.visits).toBe(1);
  expect(slow.visits).toBe(3);
  expect(good.visits).toBeGreaterThan(slow.visits);
  expect(control.visits).toBe(good.visits);
});

test('noise does not tell equal runners apart', async () => {
  const control = fake('default', 10);
  const equal = fake('equal', 10);
  await race({
    ...options,
    runners: [control, equal, fake('c', 10)],
    control,
    visit: machine({ jitter: 0.05, drift: 0 }),
  });
  expect(isOut(control, equal) && isOut(equal, control)).toBe(false);
  expect(pairedRatio(control.times, equal.times)?.value).toBeCloseTo(1, 1);
});

test('a patient race gives every runner the rounds of an interval, and lets the control lose', async () => {
  const control = fake('default', 30);
  const [slow, good] = [fake('slow', 12), fake('good', 10)];
  const runners = [control, slow, good];
  const winner = await race({
    ...options,
    runners,
    control,
    patient: true,
    visit: machine({ jitter: 0.01, drift: 0 }),
  });
  expect(winner).toBe(good);
  expect(runners.map(({ visits }) => visits)).toEqual([3, 3, 3]);
  expect(isOut(control, good, 2)).toBe(true);
  expect(isOut(slow, good, 1.3)).toBe(false);
});

test('when the time is spent every runner has had one round, and the leader so far is returned', async () => {
  const control = fake('default', 10);
  const runners = [control, fake('a', 9), fake('b', 8)];
  const visit = machine({ jitter: 0, drift: 0 });
  const winner = await race({ ...options, runners, control, visit, over: () => true });
  expect(winner.name).toBe('b');
  expect(runners.map(({ visits }) => visits)).toEqual([1, 1, 1]);
});

test('if visits give no time, the control wins', async () => {
  const control = fake('default', 10);
  const winner = await race({ ...options, runners: [control, fake('a', 9)], control, visit: async () => undefined });
  expect(winner).toBe(control);
  expect(leader([control])).toBeUndefined();
});
