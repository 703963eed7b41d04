import { expect, test } from 'vitest';
import { judge } from './figures.ts';
import { readReport } from './listing.ts';
import { readNvidia } from './nvidia.ts';

/** The code of gemv for Ada: a loop with two loads of weights and one of x. Its jump back lies behind the exit. */
const NAK = `executable: compute subgroup 32
stat: Instruction count = 212
stat: Number of GPRs = 41
stat: SLM Size = 8
listing: NAK assembly
block 4 L8 [] -> {
      r9      = mov rZ                                  // delay=6
} -> [5]
block 5 L7 [4, 20] -> {
      r12 p0  = iadd3 r12 c[0x1][0x0] rZ                // delay=13
      r13     = iadd3.x rZ c[0x1][0x4] rZ p0 pF         // delay=6
      r16..20 = ld.global.a64.constant.b128 [r12..14]   // delay=4 rd:0 wr:1
      r14 p0  = iadd3 r12 0x20 rZ                       // delay=13
      r20..24 = ld.global.a64.constant.b128 [r14..16]   // delay=1 rd:0 wr:2
      r32 p0  = iadd3 r11 c[0x1][0x10] rZ               // delay=13
      r37     = mov r3                                  // delay=1
      r0..4   = ld.global.a64.constant.b128 [r32..34]   // delay=6 wt=010000 wr:4
      r12     = f2f.f32.f16.re r16                      // delay=1 wt=000011 rd:0 wr:1
      r14     = fmul.ftz r14 r3                         // delay=6 wt=010000
@!p0            bra L9                                  // delay=1
} -> [6, 20]
block 6 L11 [5] -> {
                st.global.a64.strong.sys.b32 [r0..2] r4 // delay=2 rd:0
                exit                                    // delay=1
} -> []
block 20 L9 [5] -> {
      r3      = mov r37                                 // delay=1
                bra L7                                  // delay=1
} -> [5]
`;

test('a loop: buffers by their addresses, barriers, and the block behind the exit', () => {
  const listing = readNvidia(readReport(NAK));
  const memory = listing.instructions.flatMap((one) => one.memory ?? []);
  expect(memory.map(({ binding, bytes, store }) => [binding, bytes, store])).toEqual([
    [0, 16, false],
    [0, 16, false],
    [1, 16, false],
    [undefined, 4, true],
  ]);
  expect(listing.loops).toHaveLength(1);
  expect(listing.loops[0]).toHaveLength(13);
  // Without both moves.
  expect(judge(listing, new Set([0]))).toEqual({
    instructionsPerByte: 11 / 32,
    loadsInFlight: 2,
    registers: 41,
    spills: 2,
  });
});
