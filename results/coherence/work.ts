/** Whether the work of a record's cases is possible, and was verified. */

import { timedCases } from '../record/cases.ts';
import type { DecodeMeasured, Measured, RecordBody } from '../record/schema.ts';
import { bytesText } from '../text/figures.ts';

/** A dispatch may read its vectors and scales besides: this much more than its streamed bytes. */
const BESIDES = 1.1;

/** So many different counts have a factor in common by a rare chance: a count is even in one of two cases. */
const MIN_COUNTS = 16;

/** Says that the regions of a case hold multiples of a number of dispatches, though a run varies them one by one. */
function multiplied(record: RecordBody): string | undefined {
  // Without a pre-roll, as in records of version 1, lengths did not vary.
  if (record.clock.preRoll === null) return undefined;
  for (const m of timedCases(record)) {
    const counts = [...new Set(m.samples.map(({ dispatches }) => dispatches))];
    const common = counts.reduce(gcd, 0);
    if (counts.length >= MIN_COUNTS && common > 1) {
      return `The ${counts.length} different lengths of regions of a case are all multiples of ${common} dispatches, and a run varies them one by one: they were multiplied.`;
    }
  }
  return undefined;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Says which case moved more bytes than it could have. */
export function oddBytes(record: RecordBody): string | undefined {
  const { measurements, decode = [] } = record;
  for (const m of measurements) {
    if (m.status !== 'measured') continue;
    const most = mostBytes(m);
    if (m.work.bytesRead > BESIDES * most) {
      return `A dispatch of ${m.case.kernel} read ${bytesText(m.work.bytesRead)}, and its shape has ${bytesText(most)}.`;
    }
  }
  for (const m of decode) {
    if (m.status !== 'measured') continue;
    const most = 2 * stepMemory(m);
    if (m.work.bytesRead > most) {
      return `A decode step of ${m.case.model} read ${bytesText(m.work.bytesRead)} of ${bytesText(most)} that all of its layers take.`;
    }
  }
  return multiplied(record);
}

/** The bits of a number in each format, scales included (shaders/formats). */
const BITS: ReadonlyMap<string, number> = new Map([
  ...[['f16', 16] as const, ['bf16', 16] as const, ['int8', 8.5] as const, ['fp8', 8.5] as const],
  ...[['int4-g32', 4.5] as const, ['int4-g128', 4.125] as const, ['mxfp4', 4.25] as const, ['nvfp4', 4.5] as const],
  ['ternary', 2.5] as const,
]);

/** The most bytes that a dispatch of a kernel's shape reads: a matrix in its format, or what is streamed. */
function mostBytes({ case: { kernel, params }, rotationBytes, workingSetBytes }: Measured): number {
  const { bytes, sweeps, rows, columns, batch, planes } = params;
  const numbers = (...all: unknown[]): number[] => all.map((one) => (typeof one === 'number' ? one : 1));
  if (kernel === 'stream-read' && typeof bytes === 'number') return bytes;
  if (kernel === 'working-set-read' && typeof bytes === 'number' && typeof sweeps === 'number') return bytes * sweeps;
  if (kernel === 'gemv' && typeof rows === 'number' && typeof columns === 'number') {
    const [sequences = 1, times = 1] = numbers(batch, planes);
    const matrices = params.form === 'gate-up' ? 2 : 1;
    const bits = BITS.get(String(params.format)) ?? 32;
    return (bits / 8) * matrices * rows * columns + 16 * sequences * times * (rows + columns);
  }
  return workingSetBytes === undefined && rotationBytes > 0 ? 4 * rotationBytes : Number.POSITIVE_INFINITY;
}

/** The bytes that all layers of a step take, those that share memory counted each. */
const stepMemory = ({ residentBytes, layers }: DecodeMeasured): number =>
  residentBytes * Math.max(1, layers.total / layers.distinct);

/** Cases with one checksum must be this many before that is no chance. */
const MIN_ALIKE = 3;

/** Says why the outputs of a record's cases were not verified. */
export function notVerified(record: RecordBody): string | undefined {
  const timed = timedCases(record);
  const bare = timed.filter(({ verification: { shapes, outputs } }) => shapes === 0 || outputs === 0).length;
  if (bare > 0) return `${bare} of ${timed.length} cases were timed without an output compared with the reference.`;
  const kernels = record.measurements.filter((m): m is Measured => m.status === 'measured');
  const unchecked = kernels.filter(({ checks }) => checks.length === 0).length;
  if (unchecked > 0) return `${unchecked} of ${timed.length} cases were timed without a check of their output.`;
  const sums = new Set(kernels.flatMap(({ checks }) => checks.map(({ checksum }) => checksum)));
  if (kernels.length >= MIN_ALIKE && sums.size === 1) return 'All cases have the same checksum in every round.';
  for (const { case: of, checks } of kernels) {
    const known = new Map<number, string>();
    for (const { region, checksum } of checks) {
      if ((known.get(region) ?? checksum) !== checksum) {
        return `Two checks of ${of.kernel} over the same bytes have different checksums.`;
      }
      known.set(region, checksum);
    }
  }
  return undefined;
}
