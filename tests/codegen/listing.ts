/**
 * A compiler's listing, as far as figures are made of it: instructions in order, what they read and wait for, and loops.
 * amd.ts, intel.ts and nvidia.ts each read the listings of a vendor into this form.
 */

export interface Instruction {
  /** Whether it takes a slot of the pipe by which a vendor's kernels are bound. */
  readonly counts: boolean;
  readonly memory?: Memory;
  /** The loads that must have arrived before it. */
  readonly waits?: Wait;
}

/** A load from a buffer, or a store to one. */
export interface Memory {
  /** The binding of the buffer; undefined if the listing does not tell. */
  readonly binding: number | undefined;
  /** The bytes of a thread (for Intel's GPUs, of one of 16 lanes); 0 if all threads share what is read. */
  readonly bytes: number;
  readonly store: boolean;
  /** What an instruction waits for to have a load. */
  readonly token?: string;
}

/** All loads but the newest; or those with these tokens. */
export type Wait = { readonly allBut: number } | { readonly tokens: readonly string[] };

export interface Listing {
  readonly instructions: readonly Instruction[];
  /** The instructions of each loop, by their indices, ascending; inner loops are among them. */
  readonly loops: readonly (readonly number[])[];
  /** The number of registers of a thread. */
  readonly registers: number;
  readonly spills: number;
}

/** What layers/nullgpu.c writes of a pipeline. */
export interface Report {
  readonly statistics: Readonly<Record<string, number>>;
  /** Texts by their names. */
  readonly listings: Readonly<Record<string, string>>;
}

/** Reads what layers/nullgpu.c wrote. */
export function readReport(text: string): Report {
  const [head = '', ...listings] = text.split(/^listing: /m);
  return {
    statistics: Object.fromEntries(
      Array.from(head.matchAll(/^stat: (.+?) = (.+)$/gm), ([, name = '', value]) => [name, Number(value)]),
    ),
    listings: Object.fromEntries(
      listings.map((listing) => {
        const end = listing.indexOf('\n');
        return [listing.slice(0, end), listing.slice(end + 1)];
      }),
    ),
  };
}

/** Returns a statistic. @throws Error if the compiler does not tell it: its drivers' words have changed */
export function statistic({ statistics }: Report, name: string): number {
  const value = statistics[name];
  if (value !== undefined) return value;
  throw new Error(`the compiler must tell "${name}"; it tells ${Object.keys(statistics).join(', ')}`);
}

/** A stretch of code without jumps, as numbers of instructions, and the blocks that may follow. */
export interface BasicBlock {
  readonly name: string;
  readonly instructions: readonly number[];
  readonly next: readonly string[];
}

/** The natural loops of blocks in the order of a listing, in which only the jump that closes a loop leads back. */
export function loopsOf(blocks: readonly BasicBlock[]): number[][] {
  const order = new Map(blocks.map(({ name }, i) => [name, i]));
  const before = new Map<string, string[]>();
  for (const { name, next } of blocks) for (const to of next) before.set(to, [...(before.get(to) ?? []), name]);
  const members = new Map<string, Set<string>>();
  for (const { name, next } of blocks) {
    for (const header of next.filter((to) => (order.get(to) ?? Number.POSITIVE_INFINITY) <= (order.get(name) ?? 0))) {
      const loop = members.get(header) ?? new Set([header]);
      members.set(header, loop);
      for (const open = [name]; open.length > 0; ) {
        const block = open.pop() ?? header;
        if (loop.has(block)) continue;
        loop.add(block);
        open.push(...(before.get(block) ?? []));
      }
    }
  }
  return [...members.values()].map((loop) =>
    blocks.filter(({ name }) => loop.has(name)).flatMap(({ instructions }) => instructions),
  );
}
