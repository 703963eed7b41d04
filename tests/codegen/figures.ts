/** Figures of a listing, by which a kernel's code is judged: evidence of code, and not of time. */

import { buffersOf } from '../../shaders/kernel.ts';
import { readAmd } from './amd.ts';
import type { CodegenCase } from './cases.ts';
import type { Gpu } from './gpus.ts';
import { readIntel } from './intel.ts';
import { type Instruction, type Listing, type Memory, type Report, readReport } from './listing.ts';
import { readNvidia } from './nvidia.ts';

export interface CodeFigures {
  /**
   * Instructions for each byte that is streamed, in the dearest part of the code that streams: a loop, or what lies
   * outside of loops. Undefined for a kernel that streams nothing.
   */
  readonly instructionsPerByte: number | undefined;
  /** Loads of streamed inputs that are under way when a thread first waits for one; 0 without such loads. */
  readonly loadsInFlight: number;
  readonly spills: number;
  readonly registers: number;
}

const READERS: Readonly<Record<Gpu['vendor'], (report: Report) => Listing>> = {
  amd: readAmd,
  intel: readIntel,
  nvidia: readNvidia,
};

/** Returns the figures of what a compiler said of a case. @throws Error if the listing is not understood */
export function figuresOf(one: CodegenCase, vendor: Gpu['vendor'], text: string): CodeFigures {
  const listing = READERS[vendor](readReport(text));
  const { streamed, inPlace } = bindingsOf(one);
  const figures = judge(withoutStores(listing, inPlace), streamed);
  if (figures.instructionsPerByte === undefined && streamed.size > 0) {
    throw new Error('code that streams must load or store; the listing has neither for the bindings that are streamed');
  }
  return figures;
}

/** Streams of less than this share of the largest one's bytes, such as scales, are read beside it. */
const MIN_STREAM = 1 / 2;

/**
 * The bindings of the streamed buffers that the bytes are counted of, and those of inputs that are written in place. Of a
 * kernel that streams nothing, and has a budget, all inputs count.
 */
function bindingsOf({ kernel, params, variant, code }: CodegenCase) {
  const bound = buffersOf(kernel, params, variant, kernel.defaults).map((one) => ({
    ...one,
    streamed: one.input?.kind === 'streamed' || one.output?.streamed,
  }));
  // What a module does not use has no binding.
  const used = bound.filter(({ name }) => isUsed(name, code));
  const most = Math.max(...used.map(({ bytes, streamed }) => (streamed ? bytes : 0)));
  const counts = ({ input, bytes, streamed }: (typeof used)[number]) =>
    most > 0 ? streamed && bytes >= MIN_STREAM * most : input && kernel.code;
  return {
    streamed: new Set(used.flatMap((one, at) => (counts(one) ? [at] : []))),
    inPlace: new Set(used.flatMap(({ input, output }, at) => (input && output ? [at] : []))),
  };
}

/** A listing without its stores to `bindings`: an input that is streamed is read, and what is put into it is little. */
const withoutStores = (listing: Listing, bindings: ReadonlySet<number>): Listing => ({
  ...listing,
  instructions: listing.instructions.map(({ memory, ...rest }) =>
    memory && !(memory.store && memory.binding !== undefined && bindings.has(memory.binding))
      ? { ...rest, memory }
      : rest,
  ),
});

/** Whether the name of a buffer occurs in the code after its declaration. */
const isUsed = (name: string, code: string): boolean =>
  Array.from(code.matchAll(new RegExp(`\\b${name}\\b`, 'g'))).length > 1;

/** Parts of the code that stream less than this share of the largest part's bytes are beginnings and ends. */
const MIN_SHARE = 1 / 2;

/** Returns the figures of a listing whose streamed buffers have these bindings. */
export function judge(listing: Listing, streamed: ReadonlySet<number>): CodeFigures {
  const { instructions, loops } = listing;
  const isStreamed = (memory: Memory | undefined): memory is Memory =>
    memory?.binding !== undefined && streamed.has(memory.binding);
  const streamsAny = (members: readonly number[]) => members.some((i) => isStreamed(instructions[i]?.memory));
  const whole = instructions.map((_, i) => i);
  const parts = [whole, ...loops].map((members) => {
    const inner = new Set(loops.filter((loop) => isInside(loop, members) && streamsAny(loop)).flat());
    const own = members.filter((i) => !inner.has(i)).flatMap((i) => instructions[i] ?? []);
    return {
      bytes: own.reduce((sum, { memory }) => sum + (isStreamed(memory) ? memory.bytes : 0), 0),
      counted: own.filter(({ counts }) => counts).length,
      loads: loadsAtFirstWait(members === whole ? own : [...own, ...own], isStreamed),
    };
  });
  const most = Math.max(...parts.map(({ bytes }) => bytes));
  const main = parts.filter(({ bytes }) => bytes > 0 && bytes >= MIN_SHARE * most);
  return {
    instructionsPerByte: main.length === 0 ? undefined : Math.max(...main.map(({ counted, bytes }) => counted / bytes)),
    loadsInFlight: main.length === 0 ? 0 : Math.min(...main.map(({ loads }) => loads)),
    spills: listing.spills,
    registers: listing.registers,
  };
}

const isInside = (loop: readonly number[], members: readonly number[]): boolean =>
  loop.length < members.length && members.includes(loop[0] ?? -1);

/**
 * Returns how many streamed loads were under way when one of them was first waited for. A loop is given twice: it may
 * wait for what the turn before has asked for.
 */
function loadsAtFirstWait(code: readonly Instruction[], isStreamed: (memory: Memory | undefined) => boolean): number {
  let underWay: Memory[] = [];
  for (const { waits, memory } of code) {
    if (waits) {
      const arrived =
        'allBut' in waits
          ? underWay.slice(0, Math.max(0, underWay.length - waits.allBut))
          : underWay.filter(({ token }) => token !== undefined && waits.tokens.includes(token));
      if (arrived.some(isStreamed)) return underWay.filter(isStreamed).length;
      underWay = underWay.filter((load) => !arrived.includes(load));
    }
    if (memory && !memory.store) underWay.push(memory);
  }
  return underWay.filter(isStreamed).length;
}
