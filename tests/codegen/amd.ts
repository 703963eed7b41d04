/**
 * Listings of Mesa's ACO, for AMD's GPUs: those of LLVM's disassembler or, for a GPU that it does not know, ACO's own
 * text of the same code.
 *
 * Vector instructions count: a SIMD issues one at a time, and scalar and memory instructions of other waves beside it.
 */

import {
  type BasicBlock,
  type Instruction,
  type Listing,
  loopsOf,
  type Memory,
  type Report,
  statistic,
} from './listing.ts';

export function readAmd(report: Report): Listing {
  const text = report.listings.Assembly ?? '';
  const instructions: Instruction[] = [];
  const blocks: { name: string; instructions: number[]; next: string[] }[] = [];
  /** The bindings whose descriptors lie in scalar registers, by the first of the four. */
  const descriptors = new Map<number, number>();
  let falls = true;
  for (const line of text.split('\n')) {
    const label = /^(BB\d+):?$/.exec(line)?.[1];
    const block = blocks.at(-1);
    if (label !== undefined) {
      if (falls) block?.next.push(label);
      blocks.push({ name: label, instructions: [], next: [] });
      falls = true;
    }
    const parsed = parse(line);
    if (!parsed || !block || label !== undefined) continue;
    const target = /\b(BB\d+)\b/.exec(parsed.operands)?.[1];
    if (parsed.op.startsWith('s_cbranch') || parsed.op === 's_branch') {
      if (target !== undefined) block.next.push(target);
      falls = parsed.op !== 's_branch';
    }
    keepDescriptors(parsed, descriptors);
    block.instructions.push(instructions.length);
    instructions.push(instruction(parsed, descriptors));
  }
  return {
    instructions,
    loops: loopsOf(blocks satisfies BasicBlock[]),
    registers: statistic(report, 'VGPRs'),
    spills: statistic(report, 'Spilled VGPRs') + statistic(report, 'Spilled SGPRs'),
  };
}

interface Line {
  readonly op: string;
  /** The operands, with the result first: registers as `s[4:7]` or `v3`. */
  readonly operands: string;
}

/** Reads `\top operands ; code` of LLVM, or `\t s4: %34:s[8-11], … = op operands` of ACO. */
function parse(line: string): Line | undefined {
  const found = /^\t(?:(.*?) = )?\s*([a-z]\w*)\s*(.*?)\s*(?:;.*)?$/.exec(line);
  if (!found) return undefined;
  const [, result = '', op = '', operands = ''] = found;
  const plain = (text: string) => text.replace(/%\d+:/g, '').replace(/\[(\d+)-(\d+)\]/g, '[$1:$2]');
  return {
    op,
    operands: result === '' ? plain(operands) : `${plain(result.replace(/^.*?: /, ''))}, ${plain(operands)}`,
  };
}

/** The names of widths, by LLVM and by ACO. */
const WIDTHS: Readonly<Record<string, number>> = {
  dword: 4,
  dwordx2: 8,
  dwordx3: 12,
  dwordx4: 16,
  dwordx8: 32,
  dwordx16: 64,
};
const NARROW = [
  [/u?byte|[iu]8/, 1],
  [/short|[iu]16|b16/, 2],
] as const;

function bytesOf(op: string): number {
  const width = /_(dword(?:x\d+)?)$/.exec(op)?.[1];
  if (width !== undefined) return WIDTHS[width] ?? 0;
  const bits = /_b(32|64|96|128|256|512)$/.exec(op)?.[1];
  if (bits !== undefined) return Number(bits) / 8;
  return NARROW.find(([name]) => name.test(op))?.[1] ?? 0;
}

const DESCRIPTOR_BYTES = 16;

/** Descriptors of the only group lie one behind the other, in the order of the bindings. */
function keepDescriptors({ op, operands }: Line, descriptors: Map<number, number>): void {
  const load = /^s\[(\d+):\d+\], s\[\d+:\d+\], (\w+)/.exec(operands);
  if (!load || !/^s_load_(b|dword)/.test(op)) return;
  const [, first, offset] = load;
  const from = (Number(offset) || 0) / DESCRIPTOR_BYTES;
  for (let i = 0; i < bytesOf(op) / DESCRIPTOR_BYTES; i++) descriptors.set(Number(first) + 4 * i, from + i);
}

function instruction({ op, operands }: Line, descriptors: ReadonlyMap<number, number>): Instruction {
  const counts = op.startsWith('v_') && op !== 'v_nop';
  const kind = /^(?:buffer|global)_(load|store)_/.exec(op)?.[1];
  if (kind !== undefined) {
    const descriptor = /s\[(\d+):\d+\]/.exec(operands)?.[1];
    const memory: Memory = {
      binding: descriptor === undefined ? undefined : descriptors.get(Number(descriptor)),
      bytes: bytesOf(op),
      store: kind === 'store',
    };
    return { counts, memory };
  }
  const left = loadsLeft(op, operands);
  return left === undefined ? { counts } : { counts, waits: { allBut: left } };
}

/** Returns how many loads may still be under way behind this instruction; undefined if it waits for none. */
function loadsLeft(op: string, operands: string): number | undefined {
  if (op === 's_waitcnt') {
    const count = /vmcnt\((\d+)\)/.exec(operands)?.[1];
    return count === undefined ? undefined : Number(count);
  }
  if (!op.startsWith('s_wait_loadcnt')) return undefined;
  const count = Number(operands.replace('imm:', ''));
  // One number holds both counts.
  return op === 's_wait_loadcnt_dscnt' ? count >> 8 : count;
}
