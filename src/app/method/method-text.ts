/** A record's method as questions and answers; pure. */

import { type Caches, cachesOf, coldFromBytes, isMemoryFigure, remarkOn } from '../../../results/caches.ts';
import { cacheCurve, isMeasured, outlierCount, roundsOf, runDrift } from '../../../results/derive.ts';
import { bytesText, integerText, msText } from '../../../results/figures.ts';
import type { ClockInfo, ClockKind, Measured, RunRecord } from '../../../results/schema.ts';

export interface Answer {
  readonly question: string;
  readonly answer: string;
}

export function methodOf(record: RunRecord): Answer[] {
  const measured = record.measurements.filter(isMeasured);
  return [
    { question: 'Which bytes?', answer: WHICH_BYTES },
    { question: 'Which clock?', answer: clockAnswer(record.clock) },
    { question: 'Which interval?', answer: `${intervalAnswer(measured, record.clock.trusted)}${driftAnswer(record)}` },
    { question: 'From memory or from a cache?', answer: coldAnswer(record) },
    { question: 'Was it right?', answer: rightAnswer(measured) },
    { question: 'Can it be repeated?', answer: repeatAnswer(record) },
  ];
}

const WHICH_BYTES =
  'The fewest that the work needs, read and written, each counted once: weights, vectors, results. Whatever a GPU moves beyond that counts against it. GB is 10⁹ bytes.';

function clockAnswer(clock: ClockInfo): string {
  const { trusted, reason, emptySubmissionMs, wallQuantumMs, timestampQuantumNs } = clock;
  const steps =
    timestampQuantumNs === null
      ? `The wall clock advances in steps of ${msText(wallQuantumMs)}.`
      : `Timestamps advance in steps of ${msText(timestampQuantumNs / 1e6)}, the wall clock in steps of ${msText(wallQuantumMs)}.`;
  const empty = `An empty submission takes ${msText(emptySubmissionMs)}; the slope cancels it.`;
  return `${trusted === 'timestamp-query' ? 'The GPU’s own: timestamp queries.' : 'The wall clock, from submission until the queue has drained.'} ${reason} ${steps} ${empty}`;
}

function intervalAnswer(measured: readonly Measured[], clock: ClockKind): string {
  const rounds = measured.map((m) => roundsOf(m.samples));
  const discarded = measured.reduce((sum, m) => sum + m.discarded.length, 0);
  const seen = rounds.length > 0 ? `Here: ${span(rounds)} rounds per case. ` : '';
  const left =
    discarded > 0
      ? `${integerText(discarded)} samples were set aside; the record says why.`
      : 'No sample was set aside.';
  const off = measured.reduce((sum, m) => sum + outlierCount(m.samples, clock), 0);
  const outliers = off > 0 ? ` ${integerText(off)} lie far off the line of the others: kept, and without weight.` : '';
  return `The time of a dispatch is a slope: how the time of regions grows with their length, in lines of one round each, so that fixed costs cancel. The 95\u00a0% interval follows from how the rounds’ lines scatter about their common drift. ${seen}${left}${outliers}`;
}

/** How much slower the machine became meanwhile; nothing where that is not known. */
function driftAnswer(record: RunRecord): string {
  const drift = runDrift(record);
  if (!drift?.ci95) return '';
  const percent = (share: number) => `${(100 * share).toFixed(1)}\u00a0%`;
  const [low, high] = drift.ci95;
  return ` Over the run, dispatches came to take ${percent(drift.value)} longer (95\u00a0%: ${percent(low)} to ${percent(high)}).`;
}

const span = (values: readonly number[]): string => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? integerText(low) : `${integerText(low)} to ${integerText(high)}`;
};

function coldAnswer(record: RunRecord): string {
  const rotations = record.measurements.filter(isMemoryFigure).map((m) => m.rotationBytes);
  if (rotations.length === 0) return 'Nothing was streamed.';
  const least = Math.min(...rotations);
  const verdict = coldVerdict(least, cachesOf(cacheCurve(record)));
  return `Dispatches rotate through ${bytesText(record.plan.poolBytes)} of random words, so that at least ${bytesText(least)} of others are read before a byte is read again. ${verdict}`;
}

function coldVerdict(least: number, caches: Caches | undefined): string {
  const coldFrom = coldFromBytes(caches);
  if (least < coldFrom) return 'A cache may have helped: the label says why.';
  if (caches?.end !== 'memory') return 'That is more than four times the largest cache of any GPU: cold.';
  if (caches.kneeBytes === undefined) return `${remarkOn(caches)} Cold.`;
  return `Sets of up to ${bytesText(caches.kneeBytes)} are read faster than larger ones, and four times that is ${bytesText(coldFrom)}: cold.`;
}

function rightAnswer(measured: readonly Measured[]): string {
  const outputs = measured.reduce((sum, m) => sum + m.verification.outputs, 0);
  const errors = measured.flatMap((m) => (m.verification.nmse === null ? [] : [m.verification.nmse]));
  const worst = Math.max(0, ...errors);
  const text =
    worst === 0 ? 'none was off by a bit' : `the worst squared error was ${scientific(worst)} of the result’s square`;
  return `Every kernel was compared with a reference in double precision before it was timed, and after every visit: ${integerText(outputs)} outputs, ${text}. What is wrong gets no speed.`;
}

function repeatAnswer({ profile, seed, harness, id }: RunRecord): string {
  const commit = harness.commit ? ` at ${harness.commit.slice(0, 7)}` : '';
  return `Profile ${profile}, seed ${seed}, HBMark ${harness.version}${commit}, kernels ${harness.kernels.slice(0, 12)}. The record is ${id.slice(0, 12)} and holds every raw sample; every figure on this page follows from it.`;
}

/** `1.3 × 10⁻¹⁴`, for what is too small to write out. */
function scientific(value: number): string {
  const [mantissa, exponent = '0'] = value.toExponential(1).split('e');
  return `${mantissa} × 10${[...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join('')}`;
}

const SUPERSCRIPTS: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((c, i) => [c, [...'⁻⁰¹²³⁴⁵⁶⁷⁸⁹'][i] ?? '']),
);
