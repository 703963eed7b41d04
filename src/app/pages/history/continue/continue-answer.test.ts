import { expect, test } from 'vitest';
import { continueAnswer } from './continue-answer.ts';

const run = (key: string, done: number) => ({
  ...{ key, created: '2026-11-28T12:00:00.000Z', profile: 'quick', models: [] },
  ...{ done, cases: 19 },
});

const WHOLE = run('whole', 19);
const NEW = run('new', 8);
const OLD = run('old', 3);
const RUNS = [WHOLE, NEW, OLD];

const asked = (key: string | undefined, pressed = false) => ({ key, pressed, search: '' });

test('a run is continued at once only where Continue was pressed on this site', () => {
  expect(continueAnswer(asked('old', true), RUNS)).toEqual({ resume: 'old' });
  expect(continueAnswer(asked('old'), RUNS)).toEqual({ offer: OLD });
});

test('whoever returns is offered the newest run that stopped early', () => {
  expect(continueAnswer(asked(undefined), RUNS)).toEqual({ offer: NEW });
  expect(continueAnswer(asked(undefined), [WHOLE])).toEqual({ offer: undefined });
});

test('a link to a whole run, or to none of this browser, says so', () => {
  expect(continueAnswer(asked('whole', true), RUNS).notice).toMatch(/is whole/);
  expect(continueAnswer(asked('elsewhere'), RUNS).notice).toMatch(/is not kept in this browser/);
});
