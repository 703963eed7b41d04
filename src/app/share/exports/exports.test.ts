/** Tests that what is exported holds the record's figures, and none of its texts as code of the format. */

import { expect, test } from 'vitest';
import committed from '../../../../results/data/2026-11-20-lavapipe-quick.json';
import steps from '../../../../results/data/2026-11-27-lavapipe-smollm2.json';
import { readRecord } from '../../../../results/record/check.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { gbpsText } from '../../../../results/text/figures.ts';
import { DEFAULT_MODEL } from '../../../model/models/index.ts';
import { type RunView, viewOf } from '../../analysis/view.ts';
import { badgeSvg, badgeText } from './badge.ts';
import { csvOf } from './csv.ts';
import { markdownOf } from './markdown.ts';

const seen = (record: RunRecord): { record: RunRecord; view: RunView } => {
  const { clock, measurements, decode = [] } = record;
  return { record, view: viewOf({ clock, measurements, decode, record }, DEFAULT_MODEL) };
};

const [KERNELS, STEPS] = [seen(readRecord(committed)), seen(readRecord(steps))];

/** The cells of a CSV without quoted cells. */
const cells = (csv: string): string[][] =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((line) => line.replace(/"[^"]*"/g, (quoted) => quoted.replaceAll(',', ';')).split(','));

test('the CSV has a line for each case and step, and every line has every column', () => {
  const { record, view } = STEPS;
  const [head = [], ...lines] = cells(csvOf(record, view));
  expect(lines.length).toBe(record.measurements.length + (record.decode?.length ?? 0));
  for (const line of lines) expect(line.length).toBe(head.length);
  const [gbps, low, high] = ['gbps', 'gbps_low', 'gbps_high'].map((name) => head.indexOf(name));
  view.rows.forEach((row, i) => {
    const at = (column: number | undefined) => lines[i]?.[column ?? -1];
    expect(at(gbps)).toBe(row?.gbps ? String(row.gbps.value) : '');
    expect([at(low), at(high)]).toEqual(row?.gbps?.ci95 ? row.gbps.ci95.map(String) : ['', '']);
  });
});

test('a spreadsheet takes no text of a record for a formula', () => {
  const { record, view } = KERNELS;
  const [first, ...rest] = record.measurements;
  if (!first) throw new Error('the record is empty');
  const evil: RunRecord = {
    ...record,
    measurements: [{ status: 'skipped', case: { ...first.case, kernel: '=1+1' }, reason: '@SUM("A1")' }, ...rest],
  };
  const csv = csvOf(evil, view);
  expect(csv).toContain("'=1+1");
  expect(csv).toContain('"\'@SUM(""A1"")"');
  expect(csv).not.toMatch(/(^|,|")[=@]/m);
});

test('the Markdown has the figures of the page, and says what to know', () => {
  const { record, view } = KERNELS;
  const text = markdownOf(record, view, 'https://hbmark.example/result/#x');
  const { headline } = view;
  if (!headline) throw new Error('the record has no headline');
  const { value, interval, unit } = gbpsText(headline.gbps);
  expect(text).toContain(`| Memory, read | ${value} ${unit} | ${interval} ${unit} |`);
  expect(text).toContain('Software adapter, not a GPU');
  expect(text).toContain('](https://hbmark.example/result/#x)');
  expect(text.match(/^\|/gm)?.length).toBe(record.measurements.length + 3);
});

test('no name of a record is a mark in Markdown', () => {
  const { record, view } = KERNELS;
  const evil = { ...record, host: { ...record.host, brand: '| <img src=x> [a](b) @everyone' } };
  const [title = ''] = markdownOf(evil, view, undefined).split('\n');
  expect(title).toContain('\\| \\<img src=x\\> \\[a\\](b) &#64;everyone');
});

test('the badge shows the model if one was timed, else memory; and says that it is software', () => {
  const { value, unit } = gbpsText(KERNELS.view.headline?.gbps ?? { value: Number.NaN, ci95: null });
  expect(badgeText(KERNELS.record, KERNELS.view).value).toBe(`${value} ${unit}`);
  expect(badgeText(STEPS.record, STEPS.view).value).toMatch(/^SmolLM2 135M \S+ [\d.]+ tokens\/s$/);
  expect(badgeSvg(badgeText(KERNELS.record, KERNELS.view))).toContain(`${value} ${unit}, software</text>`);
});

test('no name is markup in the badge', () => {
  const svg = badgeSvg({ name: '</text><script>"&', value: '1', software: false });
  expect(svg).toContain('&lt;/text&gt;&lt;script&gt;&quot;&amp;');
  expect(svg).not.toContain('<script');
});
