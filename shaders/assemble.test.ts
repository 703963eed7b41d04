import { expect, test } from 'vitest';
import { unroll } from './assemble.ts';

test('a block is written out once per index, alone and between underscores, and blocks nest', () => {
  const wgsl = `\
//#unroll R < ROWS
//#unroll I < LOADS
sum_R += load_I_R * I;
//#end
//#end
LOADS_PER_ROW;`;
  expect(unroll(wgsl, { ROWS: 2, LOADS: 2 }).split('\n')).toEqual([
    'sum_0 += load_0_0 * 0;',
    'sum_0 += load_1_0 * 1;',
    'sum_1 += load_0_1 * 0;',
    'sum_1 += load_1_1 * 1;',
    'LOADS_PER_ROW;',
  ]);
});

test('an index is divided by a count where a name asks for it', () => {
  const wgsl = '//#unroll P < PARTS\nsum += scale_{P/PER_SCALE} * w_P;\n//#end';
  expect(unroll(wgsl, { PARTS: 4, PER_SCALE: 2 }).split('\n')).toEqual([
    'sum += scale_0 * w_0;',
    'sum += scale_0 * w_1;',
    'sum += scale_1 * w_2;',
    'sum += scale_1 * w_3;',
  ]);
});

test.each([
  ['//#unroll R < ROWS\n{R/NOBODY}\n//#end', 'NOBODY'],
  ['//#unroll R < ROWS', 'without //#end'],
  ['//#unroll R < NOBODY\n//#end', 'NOBODY'],
  ['//#unrol R < ROWS', 'unexpected directive'],
  ['//#end', 'unexpected directive'],
])('%j is refused', (wgsl, message) => {
  expect(() => unroll(wgsl, { ROWS: 1 })).toThrow(message);
});
