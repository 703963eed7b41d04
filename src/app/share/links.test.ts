/** Tests that both links show what was measured, and that a link which was cut, changed or forged gets its own answer. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import kernels from '../../../results/data/2026-11-20-lavapipe-quick.json';
import steps from '../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { MAX_RECORD_BYTES } from '../../../results/record/bounds.ts';
import { readRecord } from '../../../results/record/check.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import { type RunView, viewOf } from '../analysis/view.ts';
import { textOf } from './case-row.ts';
import { caseRows } from './case-rows.ts';
import { type Carried, fragmentOf, hashOf, MAX_FRAGMENT } from './fragment.ts';
import { completeLink, MAX_SUMMARY_LINK, summaryLink } from './links.ts';
import { machineText } from './machine-text.ts';
import type { Read } from './reader/api.ts';
import { readLink } from './reader/read-link.ts';
import { summaryOf, summaryText } from './summary.ts';

const PAGE = 'https://hbmark.example/result/';

function seen(json: unknown) {
  const record = readRecord(json);
  const { clock, measurements, decode = [] } = record;
  const view: RunView = viewOf({ clock, measurements, decode, record }, DEFAULT_MODEL);
  return { record, view, text: JSON.stringify(json) };
}

const CUT = 'This link was cut';
const BROKEN = 'This link is broken';
const FOREIGN = 'This link holds no result of HBMark';

const [KERNELS, STEPS] = [seen(kernels), seen(steps)];

const fragmentIn = (url: string | undefined): string => {
  if (!url?.startsWith(`${PAGE}#`)) throw new Error(`not a link to ${PAGE}: ${url}`);
  return url.slice(PAGE.length + 1);
};

/** The answer to a link: what was read, or the title of the card. */
const answerTo = (read: Read): string => (read.kind === 'refusal' ? read.refusal.title : read.kind);

/** The answer to a fragment whose hash is right, whatever its text. */
const carrying = async (carried: Carried, text: string): Promise<Read> => readLink(await fragmentOf(carried, text));

describe('the long link', () => {
  test.each([KERNELS, STEPS])('gives the record back, character for character', async ({ record, text }) => {
    const { url, length } = await completeLink(PAGE, text);
    expect(length).toBe(url?.length);
    expect(await readLink(fragmentIn(url))).toEqual({
      kind: 'record',
      origin: 'shared',
      machine: machineText(record),
      record,
      text,
    });
  });

  test('is not made where browsers would not take it', async () => {
    const noise = Array.from({ length: 120_000 }, (_, i) => Math.sin(i)).join();
    const { url, length } = await completeLink(PAGE, noise);
    expect(url).toBeUndefined();
    expect(length).toBeGreaterThan(MAX_FRAGMENT);
  });
});

describe('the short link', () => {
  test.each([KERNELS, STEPS])('shows the same numbers for the same cases', async ({ record, view }) => {
    const link = await summaryLink(PAGE, record, view);
    expect(link.url.length).toBeLessThanOrEqual(MAX_SUMMARY_LINK);
    const read = await readLink(fragmentIn(link.url));
    if (read.kind !== 'summary') throw new Error(`read as ${answerTo(read)}`);
    const all = caseRows(record, view);
    const shown = ({ name, outcome }: (typeof all)[number]) =>
      'status' in outcome ? [name, outcome.status] : [name, textOf(outcome)];
    expect(read.summary.rows.map(shown)).toEqual(all.slice(0, link.shownCases).map(shown));
    expect(read.summary).toMatchObject({ id: record.id, created: record.created, cases: all.length, software: true });
    expect(link.shownCases).toBeGreaterThanOrEqual(20 < all.length ? 20 : all.length);
  });

  test('shows an interval without an upper end as such', async () => {
    const { record, view } = KERNELS;
    const headline = view.headline && {
      ...view.headline,
      gbps: { value: 9, ci95: [3, Number.POSITIVE_INFINITY] as const },
    };
    const read = await readLink(fragmentIn((await summaryLink(PAGE, record, { ...view, headline })).url));
    if (read.kind !== 'summary') throw new Error(`read as ${answerTo(read)}`);
    expect(read.summary.rows[0]?.outcome).toEqual({ unit: 'GB/s', figure: headline?.gbps });
  });

  test('has as many cases as fit: one more would be too long', async () => {
    const { record, view } = STEPS;
    const page = `${PAGE}${'a'.repeat(700)}/`;
    const { shownCases, cases } = await summaryLink(page, record, view);
    expect(shownCases).toBeGreaterThan(0);
    expect(shownCases).toBeLessThan(cases);
    const longer = `${page}#${await fragmentOf('summary', summaryText(summaryOf(record, view), shownCases + 1))}`;
    expect(longer.length).toBeGreaterThan(MAX_SUMMARY_LINK);
  });

  test('is refused to an address that leaves no room', async () => {
    const { record, view } = KERNELS;
    await expect(summaryLink(`https://${'a'.repeat(1500)}/`, record, view)).rejects.toThrow(RangeError);
  });

  test('survives a machine whose name is as long as a record allows', async () => {
    const { record, view } = KERNELS;
    const host = { ...record.host, brand: 'x'.repeat(1000) };
    const { url } = await summaryLink(PAGE, { ...record, host, reported: { gpu: '漢'.repeat(1000) } }, view);
    expect(answerTo(await readLink(fragmentIn(url)))).toBe('summary');
  });
});

describe('a link that went wrong', async () => {
  const whole = await fragmentOf('record', KERNELS.text);
  const at = Math.floor(whole.length / 2);
  const [before, after] = [whole.slice(0, at), whole.slice(at + 1)];
  const other = whole[at] === 'A' ? 'B' : 'A';

  test.each([
    ['one character short', whole.slice(0, -1), CUT],
    ['cut in the middle', before, CUT],
    ['cut within its beginning', whole.slice(0, 12), CUT],
    ['cut behind its kind', 'record=', CUT],
    ['with one character changed', before + other + after, BROKEN],
    ['with one character missing and one added', `${before}${after}A`, BROKEN],
    ['of version 0', whole.replace('=1.', '=0.'), BROKEN],
    ['of version 2', whole.replace('=1.', '=2.'), 'This link is of a newer HBMark'],
    ['to a heading', 'content', FOREIGN],
    ['of another page', 'access_token=eyJhbGciOi', FOREIGN],
    ['longer than browsers take', whole.padEnd(MAX_FRAGMENT + 1, 'A'), 'This link is too long'],
  ])('%s', async (_, fragment, title) => {
    expect(answerTo(await readLink(fragment))).toBe(title);
  });

  test('is still read with the full stop of a sentence behind it', async () => {
    expect(answerTo(await readLink(`${whole}.`))).toBe('record');
    expect(answerTo(await readLink(`${whole})`))).toBe('record');
  });

  test('is still read where a program has escaped its first sign', async () => {
    expect(answerTo(await readLink(encodeURIComponent(whole)))).toBe('record');
    expect(answerTo(await readLink(whole.replace('=', '%3d')))).toBe('record');
    expect(answerTo(await readLink(encodeURIComponent(whole).slice(0, -9)))).toBe('This link was cut');
  });
});

describe('a forged link', () => {
  test('that unpacks to more than a record may have is not unpacked to its end', async () => {
    const bomb = await fragmentOf('record', ' '.repeat(MAX_RECORD_BYTES + 1));
    expect(bomb.length).toBeLessThan(MAX_FRAGMENT);
    expect(answerTo(await readLink(bomb))).toBe('This link holds more than a result');
  });

  test('that holds no compressed text', async () => {
    for (const data of ['____', 'AA+/', 'A']) {
      expect(answerTo(await readLink(`record=1.${data.length}.${hashOf(data)}.${data}`))).toBe(BROKEN);
    }
  });

  test.each([
    ['no JSON', 'hello', 'is no record of HBMark'],
    ['a list', '[1,2]', 'is no record of HBMark'],
    ['a foreign JSON', '{"name":"hbmark","version":"1.0.0"}', 'is no record of HBMark'],
    ['the config of a model', '{"model_type":"llama","hidden_size":4096}', 'is no record of HBMark'],
    ['a record of a newer version', JSON.stringify({ ...kernels, schema: 99 }), 'is a record of a newer HBMark'],
    ['a record with another id', JSON.stringify({ ...kernels, id: '0'.repeat(64) }), 'is a damaged record'],
    ['a record with another seed', JSON.stringify({ ...kernels, seed: kernels.seed + 1 }), 'is a damaged record'],
    ['a record with a key twice', KERNELS.text.replace('{', '{"seed":1,'), 'is a damaged record'],
  ])('with %s for a record', async (_, text, kind) => {
    expect(answerTo(await carrying('record', text))).toBe(`What the link holds ${kind}`);
  });

  const { record, view } = KERNELS;
  const head = JSON.parse(summaryText(summaryOf(record, view), 0)) as unknown[];
  const withRows = (...rows: unknown[]): string => JSON.stringify([...head.slice(0, -1), rows]);

  test('a summary that is right is read', async () => {
    expect(answerTo(await carrying('summary', withRows(['gemv', 0, 1, 0.5, 2])))).toBe('summary');
    expect(answerTo(await carrying('summary', withRows(['gemv', 0, 1], ['gemv', 0])))).toBe('summary');
  });

  test.each([
    ['no JSON', 'hello'],
    ['an object', '{}'],
    ['a record', KERNELS.text.slice(0, 100)],
    ['a rate in words', withRows(['gemv', 0, '1'])],
    ['an infinite rate', withRows(['gemv', 0, 1]).replace(',1]]', ',1e999]]')],
    ['an interval of the wrong way round', withRows(['gemv', 0, 1, 2, 0.5])],
    ['a unit that there is not', withRows(['gemv', 7, 1])],
    ['a name that hides itself', withRows(['gemv\u202e', 0, 1])],
    ['a name that fills the page', withRows(['g'.repeat(1000), 0, 1])],
    ['more cases than it counts', withRows(...Array.from({ length: 500 }, () => ['gemv', 0, 1]))],
  ])('with %s for a summary', async (_, text) => {
    expect(answerTo(await carrying('summary', text))).toBe('This summary is not as HBMark writes it');
  });

  test('a summary that unpacks to more than one may have', async () => {
    expect(answerTo(await carrying('summary', withRows(...Array.from({ length: 9000 }, () => ['gemv', 0, 1]))))).toBe(
      'This link holds more than a result',
    );
  });
});

test('any fragment whatever gets an answer', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.stringMatching(/^(record|summary)=\d{1,3}\.\d{1,6}\.[0-9a-f]{8}\.[\w-]{0,200}$/),
      ),
      async (fragment) => {
        expect((await readLink(fragment)).kind).toBe('refusal');
      },
    ),
    { numRuns: 100 },
  );
});

test('a short link whose data is changed anywhere is not shown', async () => {
  const { record, view } = KERNELS;
  const link = fragmentIn((await summaryLink(PAGE, record, view)).url);
  const from = link.lastIndexOf('.') + 1;
  const place = fc.integer({ min: from, max: link.length - 1 });
  await fc.assert(
    fc.asyncProperty(place, fc.constantFrom(...'AZaz09-_.%'), async (at, character) => {
      fc.pre(link[at] !== character);
      const changed = link.slice(0, at) + character + link.slice(at + 1);
      expect(answerTo(await readLink(changed))).toBe(BROKEN);
    }),
    { numRuns: 100 },
  );
});
