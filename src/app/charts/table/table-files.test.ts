import { expect, test } from 'vitest';
import { integerText } from '../../../../results/text/figures.ts';
import { cellText, headText, type Table } from './table.ts';
import { tableCsv, tableJson } from './table-files.ts';

const TABLE: Table = {
  head: ['machine', { name: 'readers', text: integerText }, { name: 'bandwidth', unit: 'GB/s' }],
  rows: [
    ['now, and then', 1540, { value: 412.345, ci95: [400, 420.5] }],
    ['the "best"', 2, { value: 190, ci95: null }],
    ['=1+1', undefined, undefined],
  ],
};

test('a CSV has plain numbers, three columns to a figure, and no text that is a formula', () => {
  expect(tableCsv(TABLE).split('\r\n')).toEqual([
    'machine,readers,"bandwidth, GB/s","bandwidth low, GB/s","bandwidth high, GB/s"',
    '"now, and then",1540,412.345,400,420.5',
    '"the ""best""",2,190,,',
    "'=1+1,,,,",
    '',
  ]);
});

test('a JSON has what the table is of, and its numbers by the heads of their columns', () => {
  expect(JSON.parse(tableJson({ title: 'A', source: 'B', table: TABLE }))).toEqual({
    title: 'A',
    source: 'B',
    rows: [
      { machine: 'now, and then', readers: 1540, 'bandwidth, GB/s': { value: 412.345, ci95: [400, 420.5] } },
      { machine: 'the "best"', readers: 2, 'bandwidth, GB/s': { value: 190, ci95: null } },
      { machine: '=1+1', readers: null, 'bandwidth, GB/s': null },
    ],
  });
});

test('the page shows three digits, the interval, and the unit in the head', () => {
  expect(TABLE.head.map(headText)).toEqual(['machine', 'readers', 'bandwidth, GB/s']);
  expect(TABLE.rows[0]?.map((cell, i) => cellText(cell, TABLE.head[i]))).toEqual([
    { value: 'now, and then' },
    { value: '1,540' },
    { value: '412', interval: '400 – 421' },
  ]);
});
