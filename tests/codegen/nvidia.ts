/**
 * Listings of Mesa's NAK, for NVIDIA's GPUs.
 *
 * All instructions count but `nop` and `mov`: a scheduler issues one at a time, of any kind. NAK moves constants into
 * registers inside loops, which the vendor's compiler does before them.
 */

import { type BasicBlock, type Instruction, type Listing, loopsOf, type Report, statistic } from './listing.ts';

export function readNvidia(report: Report): Listing {
  const text = report.listings['NAK assembly'] ?? '';
  const instructions: Instruction[] = [];
  const blocks: { name: string; instructions: number[]; next: string[] }[] = [];
  /** The bindings whose addresses lie in registers. */
  const addresses = new Map<string, number>();
  for (const line of text.split('\n')) {
    const name = /^block(?:\.u)? (\d+) /.exec(line)?.[1];
    if (name !== undefined) blocks.push({ name, instructions: [], next: [] });
    const block = blocks.at(-1);
    if (!block || name !== undefined) continue;
    const next = /^\} -> \[(.*)\]/.exec(line)?.[1];
    if (next !== undefined) block.next.push(...next.split(', ').filter((to) => to !== ''));
    const parsed = next === undefined ? parse(line) : undefined;
    if (!parsed) continue;
    block.instructions.push(instructions.length);
    instructions.push(instruction(parsed, addresses));
    keepAddress(parsed, addresses);
  }
  return {
    instructions,
    loops: loopsOf(blocks satisfies BasicBlock[]),
    registers: statistic(report, 'Number of GPRs'),
    spills: statistic(report, 'SLM Size') / 4,
  };
}

interface Line {
  /** The registers that are written. */
  readonly results: readonly string[];
  readonly op: string;
  readonly operands: string;
  /** The barriers that it waits for, and the one that its result sets. */
  readonly waits: readonly string[];
  readonly sets: string | undefined;
}

/** Reads `@!p0 r12 p0 = iadd3 r12 c[0x1][0x0] rZ // delay=13 wt=000001 wr:0`. */
function parse(line: string): Line | undefined {
  const found = /^(?:@!?u?p\w+)?\s+(?:([^=]*?)\s+= )?\s*([a-z]\w*(?:\.[\w.[\]]+)?)\s*(.*?)\s*\/\/ (.*)$/.exec(line);
  if (!found) return undefined;
  const [, results = '', op = '', operands = '', schedule = ''] = found;
  // The mask is written with the last barrier first.
  const mask = [...(/wt=([01]+)/.exec(schedule)?.[1] ?? '')].reverse();
  return {
    results: results.split(/\s+/).filter((name) => name !== ''),
    op,
    operands,
    waits: mask.flatMap((bit, i) => (bit === '1' ? [String(i)] : [])),
    sets: /wr:(\d)/.exec(schedule)?.[1],
  };
}

/** Descriptors, of 16 bytes each, lie in the second constant buffer: an address and a size. */
const DESCRIPTOR_BYTES = 16;

/** Follows the addresses of buffers through additions and moves. */
function keepAddress({ results, op, operands }: Line, addresses: Map<string, number>): void {
  const [result] = results;
  if (result === undefined) return;
  const constant = /c\[0x1\]\[(0x[0-9a-f]+)\]/.exec(operands)?.[1];
  const passed = Array.from(operands.matchAll(/\b(?:u?r\d+)\b/g), ([name]) => addresses.get(name)).find(
    (binding) => binding !== undefined,
  );
  const binding = constant === undefined ? passed : Math.floor(Number(constant) / DESCRIPTOR_BYTES);
  if (binding !== undefined && /^(u?iadd|u?mov|imad|u?lea|u?imad)/.test(op)) addresses.set(first(result), binding);
  else addresses.delete(first(result));
}

/** The first register of `r16..20`. */
const first = (name: string): string => name.replace(/\.\..*/, '');

const NARROW: Readonly<Record<string, number>> = { u8: 1, i8: 1, u16: 2, i16: 2 };

function instruction({ op, operands, waits, sets }: Line, addresses: ReadonlyMap<string, number>): Instruction {
  const counts = !/^(nop|u?mov)\b/.test(op);
  const kind = /^(ld|st)\.global/.exec(op)?.[1];
  const width = op.split('.').at(-1) ?? '';
  const address = /\[(u?r\d+)/.exec(operands)?.[1];
  return {
    counts,
    ...(kind !== undefined && {
      memory: {
        binding: address === undefined ? undefined : addresses.get(address),
        bytes: NARROW[width] ?? Number(width.replace('b', '')) / 8,
        store: kind === 'st',
        ...(sets !== undefined && { token: sets }),
      },
    }),
    ...(waits.length > 0 && { waits: { tokens: waits } }),
  };
}
