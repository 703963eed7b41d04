import { afterEach, beforeEach, expect, test } from 'vitest';
import quick from '../../../../results/data/2026-11-24-swiftshader-quick.json';
import { readRecord } from '../../../../results/record/check.ts';
import type { RecordBody } from '../../../../results/record/schema.ts';
import { watchStorage } from './storage.ts';
import { hold, takeUnkept } from './unkept.ts';

const { id: _, ...body } = readRecord(quick);
const begunAt = (created: string): RecordBody => ({ ...body, created });
const [A, B] = [begunAt('2026-11-28T12:00:00.000Z'), begunAt('2026-11-28T13:00:00.000Z')];

/** What the page was told, in order. */
let told: ('full' | 'denied' | null)[] = [];

beforeEach(() => {
  takeUnkept();
  told = [];
  watchStorage((trouble) => void told.push(trouble));
});
afterEach(() => {
  takeUnkept();
  watchStorage(() => {});
});

test('a run that storage takes does not hide that another is on this page alone', () => {
  hold(A, 'full');
  hold(B, undefined);
  expect(told).toEqual(['full']);
  expect(takeUnkept().map(({ created }) => created)).toEqual([A.created]);
});

test('the page is told once storage has taken what it did not before', () => {
  hold(A, 'denied');
  hold(A, undefined);
  expect(told).toEqual(['denied', null]);
  expect(takeUnkept()).toEqual([]);
});

test('what was handed over is no longer held, and the run that goes on is again', () => {
  hold(A, 'full');
  expect(takeUnkept()).toHaveLength(1);
  hold(A, 'full');
  expect(told).toEqual(['full', null, 'full']);
});
