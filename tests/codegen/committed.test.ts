import { expect, test } from 'vitest';
import { compact, misnamed, readCommitted, regressions } from './committed.ts';

const MET = { instructionsPerByte: 2.06, loadsInFlight: 4, registers: 90, spills: 3 };

test('what is worse than before is named, with the figure of before', () => {
  expect(regressions(MET, [2, 4, 48, 3])).toEqual([]);
  const worse = regressions({ ...MET, instructionsPerByte: 2.07, loadsInFlight: 3, spills: 4 }, [2, 4, 48, 3]);
  expect(worse).toHaveLength(3);
  expect(worse[0]).toMatch('it took 2 instructions for each byte; it takes 2.070');
  expect(worse[1]).toMatch('4 loads were in flight before the first wait; there are 3');
  expect(worse[2]).toMatch('it spilled 3 registers; it spills 4');
  for (const line of worse) expect(line).toMatch('npm run bench:isa');
  expect(regressions(MET, undefined)).toEqual([expect.stringMatching('run npm run bench:isa')]);
});

test('what streams nothing has no instructions for each byte to compare', () => {
  const none = { ...MET, instructionsPerByte: undefined };
  expect(compact(none)).toEqual([null, 4, 90, 3]);
  expect(regressions(none, compact(none))).toEqual([]);
});

test('what is better than before passes', () => {
  expect(regressions({ ...MET, spills: 0, loadsInFlight: 8 }, [4, 4, 48, 3])).toEqual([]);
});

test('a case without a line, and a line without a case, say what to run', () => {
  const file = { drivers: {}, cases: { old: {}, kept: {} } };
  expect(misnamed(file, ['kept', 'new'])).toEqual([
    expect.stringMatching(/^new: it is missing; run npm run bench:isa/),
    expect.stringMatching(/^old: there is no such case; run npm run bench:isa/),
  ]);
});

test('the file is one that can be read, with figures of each of its GPUs', () => {
  const { drivers, cases } = readCommitted();
  const gpus = Object.keys(drivers);
  expect(gpus.length).toBeGreaterThan(0);
  for (const figures of Object.values(cases)) expect(gpus).toEqual(expect.arrayContaining(Object.keys(figures)));
});
