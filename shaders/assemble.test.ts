import { expect, test } from 'vitest';
import { unroll, withEntryPoint } from './assemble.ts';

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

test('an index is divided by a count if a name says so', () => {
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
  ['let x = /*@ value */;', 'the placeholder in "let x = /*@ value */;" is not filled in'],
])('%j is refused', (wgsl, message) => {
  expect(() => unroll(wgsl, { ROWS: 1 })).toThrow(message);
});

test('a main of one parameter gets the index of its thread in a grid of two dimensions', () => {
  expect(withEntryPoint('fn main(load: u32) {\n  y[load] = 0u;\n}')).toBe(`\
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup_id: vec3<u32>,
  @builtin(num_workgroups) num_workgroups: vec3<u32>,
  @builtin(local_invocation_index) local_invocation_index: u32,
) {
  let load = (workgroup_id.y * num_workgroups.x + workgroup_id.x) * WORKGROUP_SIZE + local_invocation_index;
  y[load] = 0u;
}`);
});

test('a main of two parameters gets the index of its workgroup, and its own in it', () => {
  const wgsl = withEntryPoint('fn main(token: u32, thread: u32) {\n}');
  expect(wgsl).toContain('  @builtin(local_invocation_index) thread: u32,\n');
  expect(wgsl).toContain('  let token = workgroup_id.y * num_workgroups.x + workgroup_id.x;\n');
});

test('an entry point that a kernel writes itself stays as it is', () => {
  const wgsl = '@compute @workgroup_size(64)\nfn main(@builtin(local_invocation_index) thread: u32) {\n}';
  expect(withEntryPoint(wgsl)).toBe(wgsl);
});
