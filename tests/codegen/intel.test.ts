import { expect, test } from 'vitest';
import { judge } from './figures.ts';
import { readIntel } from './intel.ts';
import { readReport } from './listing.ts';

/** The binding table: place 1 is binding 0, place 2 is binding 2. */
const HEAD = `executable: compute subgroup 16
stat: Spill Count = 3
stat: Max live registers = 93
listing: Final NIR
con 32 %273 = @resource_intel (%269 (0xdeaddead), %572 (0x1), %22 (0x0), %272 (0x0)) (desc_set=0, binding=0, resource_intel=0, resource_block_intel=-1)
con 32 %274 = @resource_intel (%269 (0xdeaddead), %573 (0x2), %22 (0x0), %272 (0x0)) (desc_set=0, binding=2, resource_intel=0, resource_block_intel=-1)
listing: GEN Assembly
Push constant ranges:
    RANGE0 (32B): Vulkan push constants and API params

`;

/** The code of gemv for Tiger Lake: a loop with two loads of weights and one of x. */
const XE_LP = `${HEAD}
LABEL8:
shl(16)         g18<1>D         g49<8,8,1>D     0x00000006UD    { align1 1H @1 };
sync nop(1)                     null<0,1,0>UB                   { align1 WE_all 1N $3.src };
send(16)        g1UD            g9UD            nullUD          0x04805001                0x00000000
                            dp data 1 MsgDesc: (untyped surface read, Surface = 1, SIMD16, Mask = 0x0)  mlen 2 ex_mlen 0 rlen 8 { align1 1H @2 $6 };
send(16)        g9UD            g17UD           nullUD          0x04805001                0x00000000
                            dp data 1 MsgDesc: (untyped surface read, Surface = 1, SIMD16, Mask = 0x0)  mlen 2 ex_mlen 0 rlen 8 { align1 1H @1 $7 };
send(16)        g33UD           g61UD           nullUD          0x04805002                0x00000000
                            dp data 1 MsgDesc: (untyped surface read, Surface = 2, SIMD16, Mask = 0xe)  mlen 2 ex_mlen 0 rlen 2 { align1 1H $10 };
mul(16)         g125<1>F        g107<8,8,1>F    g7<8,8,1>F      { align1 1H @3 $10.dst compacted };
mad(16)         g79<1>F         g125<8,8,1>F    g5<8,8,1>F      g108<1,1,1>F { align1 1H @1 $6.dst compacted };
(-f0.0) while(16) JIP:  LABEL8                                  { align1 1H };
send(16)        nullUD          g6UD            g13UD           0x04025e02                0x00000080
                            dp data 1 MsgDesc: (DC untyped surface write, Surface = 254, SIMD16, Mask = 0xe)  mlen 2 ex_mlen 2 rlen 0 { align1 1H @1 $0 };
`;

/** The same for Arc, whose messages have other words. */
const XE_HPG = `${HEAD}
LABEL8:
shl(16)         g18<1>D         g49<8,8,1>D     0x00000006UD    { align1 1H I@1 };
sync nop(1)                     null<0,1,0>UB                   { align1 WE_all 1N A@1 };
send(16)        g9UD            g44UD           nullUD          0x64803500                0x01000000
                            ugm MsgDesc: ( load, a32, d32, V4, L1STATE_L3MOCS dst_len = 8, src0_len = 2, src1_len = 0 bti )  BTI 1  base_offset 0  { align1 1H $8 };
send(16)        g1UD            g39UD           nullUD          0x64803500                0x01000000
                            ugm MsgDesc: ( load, a32, d32, V4, L1STATE_L3MOCS dst_len = 8, src0_len = 2, src1_len = 0 bti )  BTI 1  base_offset 0  { align1 1H $9 };
send(16)        g41UD           g79UD           nullUD          0x64803500                0x02000000
                            ugm MsgDesc: ( load, a32, d32, V1, L1STATE_L3MOCS dst_len = 2, src0_len = 2, src1_len = 0 bti )  BTI 2  base_offset 0  { align1 1H $11 };
mov(16)         g105<1>F        g29<16,8,2>HF                   { align1 1H @3 $11.dst };
mad(16)         g89<1>F         g95<8,8,1>F     g45<8,8,1>F     g77<1,1,1>F { align1 1H @1 $8.dst };
(-f0.0) while(16) JIP:  LABEL8                                  { align1 1H };
send(1)         g6UD            g16UD           nullUD          0x0210c580                0x00000000
                            ugm MsgDesc: ( load, a64, d32, V8, transpose, L1STATE_L3MOCS dst_len = 1, src0_len = 1, src1_len = 0 flat )  base_offset 0  { align1 WE_all 1N $1 };
`;

test.each([
  ['Xe-LP', XE_LP],
  ['Xe-HPG', XE_HPG],
])('a loop for %s: places of the binding table, widths, waits', (_, text) => {
  const listing = readIntel(readReport(text));
  const memory = listing.instructions.flatMap(({ memory: one }) => (one?.binding === undefined ? [] : [one]));
  expect(memory.map(({ binding, bytes }) => [binding, bytes])).toEqual([
    [0, 16],
    [0, 16],
    [2, 4],
  ]);
  expect(listing.loops).toEqual([[0, 1, 2, 3, 4, 5, 6, 7]]);
  // All but the sync; the weights are first waited for when both are under way.
  expect(judge(listing, new Set([0]))).toEqual({
    instructionsPerByte: 7 / 32,
    loadsInFlight: 2,
    registers: 93,
    spills: 3,
  });
});
