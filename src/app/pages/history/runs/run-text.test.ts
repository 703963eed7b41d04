import { expect, test } from 'vitest';
import type { ShelfRun } from '../../../shelf/api.ts';
import { aboutOf, nameFrom, profileText, statusOf, titleOf } from './run-text.ts';

const RUN: ShelfRun = {
  ...{ key: 'k', origin: 'own', name: '', created: '2026-11-28T12:00:00.000Z', profile: 'quick' },
  ...{ models: [], done: 19, cases: 19, file: '', kept: true },
};
const FACTS = { gpu: 'RTX 4090', isSoftware: false, host: 'Chrome 149 on Windows', gbps: null, tokens: null };

test('a run goes by its name, else by its GPU, and never says one of them twice', () => {
  expect([titleOf(RUN, FACTS), aboutOf(RUN, FACTS)]).toEqual(['RTX 4090', 'Chrome 149 on Windows']);
  const named = { ...RUN, name: 'At night' };
  expect([titleOf(named, FACTS), aboutOf(named, FACTS)]).toEqual(['At night', 'RTX 4090 · Chrome 149 on Windows']);
  expect([titleOf(RUN, undefined), aboutOf(RUN, undefined)]).toEqual(['quick run', '']);
});

test('a run that stopped early says how far it came', () => {
  expect(statusOf(RUN)).toEqual({ word: 'whole', tone: 'good' });
  expect(statusOf({ ...RUN, done: 3 })).toEqual({ word: 'stopped: 3 of 19', tone: 'neutral' });
});

test('the profile says which models were timed', () => {
  expect(profileText(RUN)).toBe('quick');
  expect(profileText({ ...RUN, profile: 'full', models: ['a', 'b'] })).toBe('full, with a, b');
});

test('a name is trimmed and cut between characters', () => {
  expect(nameFrom('  At night ')).toBe('At night');
  expect(nameFrom('   ')).toBe('');
  expect(nameFrom('😀'.repeat(100))).toBe('😀'.repeat(80));
});
