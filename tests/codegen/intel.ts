/**
 * Listings of Mesa's compiler for Intel's GPUs.
 *
 * All instructions count that are more than a wait: a thread issues one at a time, messages to memory among them. An
 * instruction has 16 lanes.
 */

import { type Instruction, type Listing, type Memory, type Report, statistic } from './listing.ts';

const LANES = 16;

export function readIntel(report: Report): Listing {
  const assembly = report.listings['GEN Assembly'] ?? '';
  const bindings = bindingsOf(report.listings['Final NIR'] ?? '');
  const instructions: Instruction[] = [];
  const loops: number[][] = [];
  const labels = new Map<string, number>();
  // An instruction takes a line, or a few until its braces.
  for (const [text] of assembly.matchAll(/^LABEL\d+:|^(?:\([^)]*\) *)?[a-z][^;]*\};/gm)) {
    const label = /^(LABEL\d+):/.exec(text)?.[1];
    if (label !== undefined) {
      labels.set(label, instructions.length);
      continue;
    }
    instructions.push(instruction(text, bindings));
    // The code is structured: a loop is what lies between its label and its `while`.
    const start = labels.get(/^(?:\([^)]*\) *)?while\(.*?JIP: *(LABEL\d+)/.exec(text)?.[1] ?? '');
    if (start !== undefined) {
      loops.push(Array.from({ length: instructions.length - start }, (_, i) => start + i));
    }
  }
  return {
    instructions,
    loops,
    registers: statistic(report, 'Max live registers'),
    spills: statistic(report, 'Spill Count'),
  };
}

/** The bindings by their places in the binding table. */
function bindingsOf(nir: string): Map<number, number> {
  const resource = /@resource_intel \(%\d+ \(\w+\), %\d+ \((\w+)\).*?binding=(\d+)/g;
  return new Map(Array.from(nir.matchAll(resource), ([, place, binding]) => [Number(place), Number(binding)]));
}

function instruction(text: string, bindings: ReadonlyMap<number, number>): Instruction {
  const [, op = '', lanes] = /^(?:\([^)]*\) *)?([a-z][\w.]*)(?: \w+)?\((\d+)\)/.exec(text) ?? [];
  const counts = op !== 'sync' && op !== 'nop';
  const memory = op.startsWith('send') ? memoryOf(text, Number(lanes), bindings) : undefined;
  const flags = text.slice(text.lastIndexOf('{'));
  const tokens = Array.from(flags.matchAll(/\$(\d+)\.dst/g), ([, token = '']) => token);
  return {
    counts,
    ...(memory && { memory }),
    ...(tokens.length > 0 && { waits: { tokens } }),
    ...(op === 'sync' && /sync allwr/.test(text) && { waits: { allBut: 0 } }),
  };
}

/** What a message reads or writes of the table's buffers; undefined if it is for something else. */
function memoryOf(text: string, lanes: number, bindings: ReadonlyMap<number, number>): Memory | undefined {
  const found = lscMessage(text) ?? hdcMessage(text);
  if (!found) return undefined;
  const token = /\$(\d+)(?!\.|\d)/.exec(text.slice(text.lastIndexOf('{')))?.[1];
  return {
    binding: bindings.get(found.place),
    bytes: (found.bytes * lanes) / LANES,
    store: found.store,
    ...(token !== undefined && { token }),
  };
}

interface Message {
  readonly place: number;
  readonly bytes: number;
  readonly store: boolean;
}

/** `ugm MsgDesc: ( load, a32, d32, V4, … bti )  BTI 1`, of Xe-HPG and later. What is transposed is shared by all lanes. */
function lscMessage(text: string): Message | undefined {
  const found = /ugm MsgDesc: \( (load|store)(_cmask)?, a\d+, d(\d+)(?:u32)?, (\w+),(.*?)\).*?BTI (\d+)/s.exec(text);
  if (!found) return undefined;
  const [, kind, cmask, bits, vector = '', rest = '', place] = found;
  const values = cmask === undefined ? Number(vector.slice(1)) : vector.length;
  return {
    place: Number(place),
    bytes: rest.includes('transpose') ? 0 : (values * Number(bits)) / 8,
    store: kind === 'store',
  };
}

/** The four components of a message, of which a mask leaves some out. */
const COMPONENTS = [0, 1, 2, 3];

/** `(DC untyped surface read, Surface = 1, SIMD16, Mask = 0x0)`, of Xe-LP. */
function hdcMessage(text: string): Message | undefined {
  const untyped = /untyped surface (read|write), Surface = (\d+), SIMD\d+, Mask = (\w+)/.exec(text);
  if (untyped) {
    const [, kind, place, mask] = untyped;
    const values = COMPONENTS.filter((i) => ((Number(mask) >> i) & 1) === 0).length;
    return { place: Number(place), bytes: 4 * values, store: kind === 'write' };
  }
  const other = /(read|write|gather|scatter)[^,]*, (?:Surface = |bti )(\d+)/.exec(text);
  return other ? { place: Number(other[2]), bytes: 0, store: /write|scatter/.test(other[1] ?? '') } : undefined;
}
