import { expect, test } from 'vitest';
import { readAmd } from './amd.ts';
import { judge } from './figures.ts';
import { readReport } from './listing.ts';

const STATISTICS = `executable: compute subgroup 64
stat: VGPRs = 48
stat: Spilled SGPRs = 0
stat: Spilled VGPRs = 2
`;

/** LLVM's code of stream-read for navi31: a loop of two loads, with one more in flight while the first are added. */
const LLVM = `${STATISTICS}listing: ACO IR
BB0
listing: Assembly
BB0:
	s_cmpk_lt_u32 s7, 0x200                                     ; b6870200
	s_cbranch_scc0 BB3                                          ; bfa100aa
BB1:
	v_mov_b32_e32 v2, 0                                         ; 7e040280
	s_load_b128 s[8:11], s[4:5], null                           ; f4080202 f8000000
	s_load_b128 s[12:15], s[4:5], 0x10                          ; f4080302 f8000010
BB2:
	s_clause 0x1                                                ; bf850006
	buffer_load_b128 v[16:19], v6, s[8:11], 0 offen             ; e05c0000 80421006
	buffer_load_b128 v[20:23], v7, s[8:11], 0 offen             ; e05c0000 80421407
	buffer_load_b32 v8, v9, s[12:15], 0 offen                   ; e0500000 80830809
	v_add_nc_u32_e32 v1, 0x800, v1                              ; 4a0202ff 00000800
	s_waitcnt vmcnt(2)                                          ; bf891bf7
	v_add3_u32 v20, v20, v5, v16                                ; d6550014 04420b14
	s_waitcnt vmcnt(0)                                          ; bf8903f7
	v_add3_u32 v21, v21, v4, v17                                ; d6550015 04460915
	s_cbranch_scc1 BB2                                          ; bfa2ffa3
BB3:
	s_endpgm                                                    ; bfb00000
`;

/** The same for gfx1201, by ACO itself. */
const ACO = `${STATISTICS}listing: Assembly
Shader disassembly is not supported in the current configuration, falling back to print_program.

After lowering to hw instructions:
ACO shader stage: SW (CS), HW (COMPUTE_SHADER)
BB0
/* logical preds: / linear preds: / kind: top-level, branch, */
	 s1: %760:scc = s_cmp_lt_u32 %19:s[3], 0x200
	s_cbranch_scc0 block:BB3
BB1
	 s4: %34:s[8-11] = s_load_dwordx4 %32:s[2-3], 0
	 s4: %36:s[12-15] = s_load_dwordx4 %32:s[2-3], 16
BB2
/* logical preds: BB1, BB2, / linear preds: BB1, BB2, / kind: uniform, loop-header, */
	 s1: %72:s[1],  s1: %776:scc = s_lshl_b32 %69:s[0], 6
	s_wait_kmcnt imm:0
	 v4: %76:v[20-23] = buffer_load_dwordx4 %34:s[8-11], %75:v[10], 0 offen storage:buffer semantics:private,reorder
	 v4: %79:v[24-27] = buffer_load_dwordx4 %34:s[8-11], %78:v[12], 0 offen storage:buffer semantics:private,reorder
	 v1: %90:v[18] = buffer_load_dword %36:s[12-15], %89:v[18], 0 offen storage:buffer semantics:private,reorder
	s_wait_loadcnt imm:2
	 v1: %117:v[10] = v_and_or_b32 15, %777:v[20], %985:s[6]
	s_wait_loadcnt_dscnt imm:256
	 v1: %118:v[10] = v_add_f32 %991:s[23], %117:v[10]
	 v1: %119:v[10] = v_add_f32 %991:s[23], (kill)%117:v[10]
	s_cbranch_scc1 block:BB2
BB3
	s_endpgm
`;

test.each([
  ['LLVM', LLVM],
  ['ACO', ACO],
])('what %s writes: bindings, widths, waits and loops', (_, text) => {
  const listing = readAmd(readReport(text));
  const memory = listing.instructions.flatMap((one) => one.memory ?? []);
  expect(memory).toEqual([
    { binding: 0, bytes: 16, store: false },
    { binding: 0, bytes: 16, store: false },
    { binding: 1, bytes: 4, store: false },
  ]);
  expect(listing.loops).toHaveLength(1);
  expect(listing.loops[0]?.filter((i) => listing.instructions[i]?.memory)).toHaveLength(3);
  expect(judge(listing, new Set([0]))).toEqual({
    instructionsPerByte: 3 / 32,
    loadsInFlight: 2,
    registers: 48,
    spills: 2,
  });
});

test('a statistic that the driver no longer tells is an error, with those that it tells', () => {
  expect(() => readAmd(readReport('stat: Registers = 1\nlisting: Assembly\nBB0:\n'))).toThrow(
    'the compiler must tell "VGPRs"; it tells Registers',
  );
});
