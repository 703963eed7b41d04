/**
 * The attack as tests: every input gets an answer, within time and memory, in which nothing is raw and no number is
 * missing. `HBMARK_ATTACKS` is the number of inputs, and `HBMARK_ATTACK=gguf:1234` attacks with that one alone.
 */

import { afterAll, describe, expect, test } from 'vitest';
import type { Tally } from './attack.ts';
import { ATTACKS } from './kinds.ts';

/**
 * @param inputs their number, unless the environment says another
 * @param maxCpuMs the CPU time after which a reader hangs, in ms
 */
export function attackWithAllKinds(inputs: number, maxCpuMs: number): void {
  const { HBMARK_ATTACKS, HBMARK_ATTACK } = process.env;
  const [alone, number] = HBMARK_ATTACK?.split(':') ?? [];
  const all = Number(HBMARK_ATTACKS ?? inputs);
  const tallies: Tally[] = [];

  describe(`an attack with ${HBMARK_ATTACK ?? `${all} inputs`}`, () => {
    const attacks = ATTACKS.filter(({ id }) => alone === undefined || id === alone);
    test.each(attacks)('of the kind $id finds no fault', { timeout: 0 }, async ({ share, start }) => {
      const told: string[] = [];
      const tell = (line: string) => told.push(line);
      const chosen = number === undefined ? { count: Math.ceil(share * all) } : { count: 1, from: Number(number) };
      const tally = await start({ ...chosen, maxCpuMs, tell });
      tallies.push(tally);
      console.log(rowOf(tally).join(' | '));
      expect(told.join('\n')).toBe('');
    });

    afterAll(() => console.log(tableText(tallies)));
  });
}

const HEADER = ['kind', 'inputs', 'accepted', 'refused', 'slowest, ms of CPU', 'most memory, MB', 'CPU, s', 'faults'];

const rowOf = ({ kind, inputs, accepted, slowestMs, largestBytes, allMs, faults }: Tally): (string | number)[] => [
  ...[kind, inputs, accepted, inputs - accepted],
  ...[Math.round(slowestMs), Math.round(largestBytes / 1e6), Math.round(allMs / 1000), faults],
];

/** The table of all kinds, in Markdown. */
const tableText = (tallies: readonly Tally[]): string =>
  [HEADER, HEADER.map(() => '---'), ...tallies.map(rowOf)].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
