/** Tests what the result page shows of a reader's answers, in the order in which they come. */

import { expect, test } from 'vitest';
import type { RunRecord } from '../../../../results/record/schema.ts';
import type { Read, ReaderApi, ReadRecord } from '../../share/reader/api.ts';
import { createResultPage } from './open.ts';

const record = (id: string): ReadRecord => ({
  ...{ kind: 'record', origin: 'shared', machine: 'GPU', record: { id } as RunRecord, text: id },
});
const refusal = { title: 'no', lines: [], steps: [] };

/** A page on a reader that answers as it is told, and the addresses that it was given. */
function pageOn(answers: Partial<ReaderApi>) {
  const addresses: string[] = [];
  const never = () => new Promise<never>(() => {});
  const reader: ReaderApi = { link: never, file: never, kept: never, keep: never, nameGpu: never, ...answers };
  return { page: createResultPage(reader, (query) => addresses.push(query)), addresses };
}

test('an address without a result shows none, and says nothing is wrong', async () => {
  const { page } = pageOn({});
  await page.openAddress({ search: '', hash: '' });
  expect([page.shown.value.kind, page.refusals.value]).toEqual(['nothing', []]);
});

test('a kept run comes before a fragment, and an unknown parameter is named beside the result', async () => {
  const { page } = pageOn({ kept: async (key) => record(key) });
  await page.openAddress({ search: '?run=a&fast=1', hash: '#record=1.' });
  expect(page.shown.value).toEqual(record('a'));
  expect(page.problems.value).toEqual(['Unknown parameter "fast". There are run, tab.']);
  page.openTab('fit');
  expect(page.problems.value).toEqual([]);
});

test('a file that is refused leaves the result that was shown, and the address', async () => {
  const { page, addresses } = pageOn({
    link: async (fragment) => record(fragment),
    file: async () => ({ kind: 'refusal', refusal }),
  });
  await page.openAddress({ search: '', hash: '#x' });
  await page.openFiles([new File(['{}'], 'a.json')]);
  expect([page.shown.value, page.refusals.value, addresses]).toEqual([record('x'), [refusal], []]);
});

test('a file that is shown takes the place of the result in the address', async () => {
  const { page, addresses } = pageOn({ file: async (file) => record(file.name) });
  await page.openFiles([new File(['{}'], 'a.json')]);
  expect([page.shown.value, addresses]).toEqual([record('a.json'), ['']]);
});

test('of two files, neither is read', async () => {
  const { page } = pageOn({});
  await page.openFiles([new File([''], 'a'), new File([''], 'b')]);
  expect(page.refusals.value[0]?.lines[0]).toMatch(/^2 files/);
});

test('an answer that comes after a later one is dropped', async () => {
  const waiting: ((read: Read) => void)[] = [];
  const { page } = pageOn({ link: () => new Promise((resolve) => waiting.push(resolve)) });
  const [first, second] = ['#a', '#b'].map((hash) => page.openAddress({ search: '', hash }));
  waiting[1]?.(record('b'));
  await second;
  waiting[0]?.(record('a'));
  await first;
  expect(page.shown.value).toEqual(record('b'));
});

test('whoever goes back to the empty page does not get what was being read', async () => {
  const waiting: ((read: Read) => void)[] = [];
  const { page } = pageOn({ link: () => new Promise((resolve) => waiting.push(resolve)) });
  const first = page.openAddress({ search: '', hash: '#a' });
  expect(page.reading.value).toBe(true);
  await page.openAddress({ search: '', hash: '' });
  waiting[0]?.(record('a'));
  await first;
  expect([page.shown.value.kind, page.reading.value]).toEqual(['nothing', false]);
});

test('a record that is kept gets the address under which it is kept; one that is not says why', async () => {
  const run = {
    ...{ key: 'k', origin: 'imported' as const, name: '', created: '', profile: 'quick', models: [] },
    ...{ done: 1, cases: 1, file: '', kept: true },
  };
  const { page, addresses } = pageOn({ keep: async () => ({ ok: true, run, isNew: true, trouble: null }) });
  page.shown.value = record('a');
  await page.keep(record('a'));
  expect([addresses, page.shown.value]).toEqual([['?run=k'], { ...record('a'), key: 'k' }]);
  const full = pageOn({ keep: async () => ({ ok: true, run, isNew: true, trouble: 'full' }) });
  await full.page.keep(record('a'));
  expect([full.page.said.value, full.addresses]).toEqual(['Not kept: the browser’s storage is full.', []]);
});

test('a tab is open under an address that leads to it, and stays when the record is kept', async () => {
  const run = {
    ...{ key: 'k', origin: 'imported' as const, name: '', created: '', profile: 'quick', models: [] },
    ...{ done: 1, cases: 1, file: '', kept: true },
  };
  const { page, addresses } = pageOn({
    link: async () => record('a'),
    keep: async () => ({ ok: true, run, isNew: true, trouble: null }),
  });
  await page.openAddress({ search: '?tab=caches', hash: '#record=1.' });
  expect(page.tab.value).toBe('caches');
  page.openTab('claims');
  await page.keep(record('a'));
  page.openTab('fit');
  expect(addresses).toEqual(['?tab=claims', '?run=k&tab=claims', '?run=k&tab=fit']);
});

test('a tab that there is not gets a card, and the result is shown', async () => {
  const { page } = pageOn({ kept: async (key) => record(key) });
  await page.openAddress({ search: '?run=a&tab=weather', hash: '' });
  expect(page.problems.value).toEqual([expect.stringMatching(/^"tab" must be one of why, /)]);
  expect([page.shown.value, page.tab.value]).toEqual([record('a'), 'why']);
});

test('a GPU that is named is read again with its name; one that is not says why', async () => {
  const names = new Map<string, string>();
  const { page } = pageOn({
    kept: async (key) => ({ ...record(key), gpu: names.get(key) ?? '' }),
    nameGpu: async (key, name) => {
      names.set(key, name);
      return null;
    },
  });
  await page.nameGpu('a', ' RTX 4090 ');
  expect([page.shown.value, page.said.value]).toEqual([
    ...[{ ...record('a'), gpu: 'RTX 4090' }, 'The GPU is called RTX 4090 now.'],
  ]);
  const denied = pageOn({ nameGpu: async () => 'denied' });
  await denied.page.nameGpu('a', 'X');
  expect(denied.page.said.value).toBe('The name was not kept: the browser has no storage for this page.');
});
