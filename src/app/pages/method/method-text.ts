/** Questions and answers about how a record was measured. Pure. */

import { type Caches, cachesOf, isMemoryFigure, remarkOn } from '../../../../results/derived/caches.ts';
import { COLD_ROTATION_BYTES } from '../../../../results/derived/cold.ts';
import {
  cacheCurve,
  isMeasured,
  outlierCount,
  readLine,
  roundsOf,
  runDrift,
} from '../../../../results/derived/derive.ts';
import { coldFrom, figuresOf, headlineOf, shownDownTo } from '../../../../results/derived/headline.ts';
import { maxOf, minOf } from '../../../../results/lists.ts';
import type { ClockInfo, ClockKind, Measured, RunRecord } from '../../../../results/record/schema.ts';
import {
  bytesText,
  changeText,
  countText,
  integerText,
  msText,
  significant,
} from '../../../../results/text/figures.ts';

export interface Answer {
  readonly question: string;
  readonly answer: string;
}

export function methodOf(record: RunRecord): Answer[] {
  const measured = record.measurements.filter(isMeasured);
  return [
    { question: 'Which bytes?', answer: `${WHICH_BYTES}${lineAnswer(record)}` },
    { question: 'Which clock?', answer: clockAnswer(record.clock) },
    { question: 'Which interval?', answer: `${intervalAnswer(measured, record.clock.trusted)}${driftAnswer(record)}` },
    { question: 'From memory or from a cache?', answer: coldAnswer(record) },
    { question: 'Was it right?', answer: rightAnswer(measured) },
    { question: 'Can it be repeated?', answer: repeatAnswer(record) },
  ];
}

const WHICH_BYTES =
  'The minimum that the work needs: weights, vectors and results, each read or written once. Whatever a GPU moves beyond that does not count. GB is 10⁹ bytes.';

/** The answer on the read line. Empty: the run has none. */
function lineAnswer(record: RunRecord): string {
  const line = readLine(record);
  if (!line) return '';
  const sizes = line.sizes.map(bytesText);
  return ` The streaming bandwidth is that of a further byte: reads of ${sizes.slice(0, -1).join(', ')} and ${sizes.at(-1)} tell it from the time to start a read.`;
}

function clockAnswer(clock: ClockInfo): string {
  const { trusted, reason, emptySubmissionMs, wallQuantumMs, timestampQuantumNs, completionMs, preRoll } = clock;
  const steps =
    timestampQuantumNs === null
      ? `The wall clock advances in steps of ${msText(wallQuantumMs)}.`
      : `Timestamps advance in steps of ${msText(timestampQuantumNs / 1e6)}, the wall clock in steps of ${msText(wallQuantumMs)}.`;
  const noticed = completionMs ? ` The browser notices the end of work to within ${msText(completionMs)}.` : '';
  const empty = `An empty submission takes ${msText(emptySubmissionMs)}; the slope of times cancels it out.`;
  const before = preRoll
    ? ` Each timed region follows ${msText(preRoll.ms)} of the same work, which is not timed: the GPU is then as fast as it gets.`
    : '';
  return `${trusted === 'timestamp-query' ? 'The GPU’s own: timestamp queries.' : 'The wall clock, from submission until the queue has drained.'} ${reason} ${steps}${noticed} ${empty}${before}`;
}

function intervalAnswer(measured: readonly Measured[], clock: ClockKind): string {
  const rounds = measured.map((m) => roundsOf(m.samples));
  const discarded = measured.reduce((sum, m) => sum + m.discarded.length, 0);
  const seen = rounds.length > 0 ? `Here: ${span(rounds)} ${maxOf(rounds) === 1 ? 'round' : 'rounds'} per case. ` : '';
  const left =
    discarded > 0
      ? `${countText(discarded, 'sample')} ${discarded === 1 ? 'was' : 'were'} set aside; the record has the reasons.`
      : 'No sample was set aside.';
  const off = measured.reduce((sum, m) => sum + outlierCount(m.samples, clock), 0);
  const outliers =
    off > 0
      ? ` ${off === 1 ? '1 lies' : `${integerText(off)} lie`} far off the line of the others, and got no weight.`
      : '';
  return `The time of a dispatch is a slope. Each round times several numbers of dispatches, and the line through these times says what one more dispatch takes, without fixed costs. The 95\u00a0% interval follows from how the lines of the rounds scatter about their common drift. It holds what the machine did within this run. The next run finds other memory pages, clocks and heat, and may lie outside of it: History says by how much. ${seen}${left}${outliers}`;
}

/** The answer on drift: how much slower or faster the machine became during the run. Empty: that is not known. */
function driftAnswer(record: RunRecord): string {
  const drift = runDrift(record);
  if (!drift?.ci95) return '';
  const [low, high] = drift.ci95;
  return ` From the first round to the last, the time of a dispatch changed by ${changeText(drift.value)} (95\u00a0% within this run: ${changeText(low)} to ${changeText(high)}).`;
}

const span = (values: readonly number[]): string => {
  const [low, high] = [minOf(values), maxOf(values)];
  return low === high ? integerText(low) : `${integerText(low)} to ${integerText(high)}`;
};

function coldAnswer(record: RunRecord): string {
  const rotations = record.measurements.filter(isMemoryFigure).map((m) => m.rotationBytes);
  if (rotations.length === 0) return 'Nothing was streamed.';
  const minRotationBytes = minOf(rotations);
  const verdict = coldVerdict(minRotationBytes, coldFrom(record), cachesOf(cacheCurve(record)));
  return `Dispatches read through ${bytesText(record.plan.poolBytes)} of random words in turn: at least ${bytesText(minRotationBytes)} of other bytes are read before a byte is read again. ${verdict}${errorAnswer(record)}`;
}

/** The answer on the systematic error of the headline. Empty: there is none to speak of. */
function errorAnswer(record: RunRecord): string {
  const headline = headlineOf(record);
  const downTo = headline && shownDownTo(figuresOf(headline));
  if (downTo === undefined) return '';
  const half = record.plan.cases.some(({ withinBytes }) => withinBytes !== undefined);
  return ` Some caches keep a part of whatever is read again and again. By the size of the caches found here${half ? ', and by how fast half of the memory is read,' : ''} memory alone is read at ${significant(downTo)} GB/s at least.`;
}

function coldVerdict(minRotationBytes: number, coldFromBytes: number, caches: Caches | undefined): string {
  if (minRotationBytes < coldFromBytes) return 'A cache may have helped; the label says why.';
  if (caches?.end !== 'memory' && minRotationBytes < COLD_ROTATION_BYTES)
    return 'Half of them are read no faster than all, so most of the bytes came from memory.';
  if (caches?.end !== 'memory')
    return 'That is more than four times the largest cache of any GPU, so most of the bytes came from memory.';
  if (caches.kneeBytes === undefined) return `${remarkOn(caches)} So the bytes came from memory.`;
  return `Sets of up to ${bytesText(caches.kneeBytes)} are read faster than larger ones. Four times that is ${bytesText(coldFromBytes)}, so most of the bytes came from memory.`;
}

function rightAnswer(measured: readonly Measured[]): string {
  const outputs = measured.reduce((sum, m) => sum + m.verification.outputs, 0);
  const errors = measured.flatMap((m) => (m.verification.nmse === null ? [] : [m.verification.nmse]));
  const worst = Math.max(0, ...errors);
  const text =
    worst === 0 ? 'all of them exact' : `with a squared error of at most ${scientific(worst)} of the result’s square`;
  return `Every kernel was compared with a reference in double precision, before it was timed and after every visit: ${integerText(outputs)} outputs, ${text}. Wrong results are shown as wrong, without a speed.`;
}

function repeatAnswer({ profile, seed, harness, id }: RunRecord): string {
  const commit = harness.commit ? ` at ${harness.commit.slice(0, 7)}` : '';
  return `Profile ${profile}, seed ${seed}, HBMark ${harness.version}${commit}, kernels ${harness.kernels.slice(0, 12)}. The record ${id.slice(0, 12)} holds every raw sample, and every figure on this page follows from them.`;
}

/** A number in scientific notation: `1.3 × 10⁻¹⁴`. */
function scientific(value: number): string {
  const [mantissa, exponent = '0'] = value.toExponential(1).split('e');
  return `${significant(Number(mantissa), 2)} × 10${[...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join('')}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((c, i) => [c, [...'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'][i] ?? '']),
);
