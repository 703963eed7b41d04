/** What several runs of `hbmark run --repeat` say together, as text and as data. */

import { type BetweenRuns, MIN_RUNS } from '../../../results/derived/between-runs.ts';
import { runDrift, streamingGBps } from '../../../results/derived/derive.ts';
import {
  conditionsOf,
  differencesOf,
  type Pairs,
  pairsOf,
  type SharedFigure,
  type Subject,
  sharedFigures,
} from '../../../results/derived/repeated.ts';
import { endedEarly } from '../../../results/labels/course.ts';
import type { DecodeCase, RunRecord } from '../../../results/record/schema.ts';
import { type Figure, figureText, integerText, NONE, significant } from '../../../results/text/figures.ts';
import { lengthsText } from '../../../results/text/step-text.ts';
import { shapeText } from './case-text.ts';
import { table } from './tables/table.ts';

/** A run beside others. */
export interface BesideOthers {
  /** Its number, from 1. */
  readonly number: number;
  readonly record: RunRecord;
  /** The file that keeps its record. Undefined: none does. */
  readonly out: string | undefined;
}

/** A figure of several runs in the document of `hbmark run --repeat N --json`. */
interface FigureDocument extends BetweenRuns {
  readonly unit: Unit;
  /** The figure of each run that counts, in their order. */
  readonly runs: readonly Figure[];
}

type Unit = 'GB/s' | 'tokens/s/user';

/** What the runs say together, in the document of `hbmark run --repeat N --json`. */
export interface BetweenDocument {
  /** The numbers of the runs that count, from 1. */
  readonly counted: readonly number[];
  /** The runs that ended early, and why. Their figures do not count. */
  readonly leftOut: readonly { readonly run: number; readonly reason: string }[];
  /** The conditions in which the runs differ. Empty: they are comparable. */
  readonly differIn: readonly string[];
  /** The streaming bandwidth. Null where a run has none. */
  readonly stream: FigureDocument | null;
  readonly decode: readonly (FigureDocument & { readonly case: DecodeCase })[];
  readonly kernels: readonly (FigureDocument & { readonly case: object })[];
  readonly successive: Pairs;
}

const UNITS: Readonly<Record<Subject['of'], Unit>> = { stream: 'GB/s', decode: 'tokens/s/user', kernel: 'GB/s' };

/** Returns the runs that count, and those that ended early, whose figures may lack rounds. */
function countedOf(runs: readonly BesideOthers[]) {
  return {
    counted: runs.filter(({ record }) => !endedEarly(record)),
    leftOut: runs.flatMap(({ number, record }) => {
      const end = endedEarly(record);
      return end ? [{ run: number, reason: end.detail }] : [];
    }),
  };
}

/** Returns the document of several runs. */
export function betweenDocument(runs: readonly BesideOthers[]): BetweenDocument {
  const { counted, leftOut } = countedOf(runs);
  const records = counted.map(({ record }) => record);
  const shared = sharedFigures(records).map(({ subject, runs: figures, between }) => ({
    subject,
    document: { unit: UNITS[subject.of], runs: figures, ...between },
  }));
  return {
    counted: counted.map(({ number }) => number),
    leftOut,
    differIn: differencesOf(records.map(conditionsOf)),
    stream: shared.find(({ subject }) => subject.of === 'stream')?.document ?? null,
    decode: shared.flatMap(({ subject, document }) =>
      subject.of === 'decode' ? [{ case: subject.case, ...document }] : [],
    ),
    kernels: shared.flatMap(({ subject, document }) =>
      subject.of === 'kernel' ? [{ case: subject.case, ...document }] : [],
    ),
    successive: pairsOf(records),
  };
}

/** Returns the text of several runs: the headline of each, and what they say together. */
export function betweenText(runs: readonly BesideOthers[]): string {
  const { counted, leftOut } = countedOf(runs);
  const records = counted.map(({ record }) => record);
  const differ = differencesOf(records.map(conditionsOf));
  const shared = sharedFigures(records);
  return [
    runTable(runs),
    '',
    ...leftOut.map(({ run, reason }) => `! run ${run} does not count: it ended early (${reason})`),
    ...(differ.length > 0 ? [`! Not comparable: the runs differ in ${differ.join(', ')}`] : []),
    ...headlineLines(shared, counted.length),
    ...pairLines(pairsOf(records)),
    ...figureTable(shared),
  ].join('\n');
}

function runTable(runs: readonly BesideOthers[]): string {
  const rows = runs.map(({ number, record, out }) => {
    const [streaming, drift] = [streamingGBps(record), runDrift(record)];
    const text = streaming && figureText(streaming, '');
    return [
      ...[String(number), String(record.seed), text?.value ?? NONE, text?.interval ?? NONE],
      ...[drift ? `${(100 * drift.value).toFixed(1)} %` : NONE, out ?? 'not kept'],
    ];
  });
  return table(rows, ['run', 'seed', 'GB/s', '95 % within run', 'drift', 'record']);
}

function headlineLines(shared: readonly SharedFigure[], counted: number): string[] {
  const stream = shared.find(({ subject }) => subject.of === 'stream');
  if (!stream) return ['between  no streaming bandwidth that all of these runs have'];
  const { mean, betweenOverWithin, agree } = stream.between;
  const { value, interval } = figureText(mean, 'GB/s');
  if (!interval) {
    const needed = `an interval between runs needs ${MIN_RUNS} runs`;
    return [`between  ${value} GB/s, ${counted === 1 ? 'one run' : `mean of ${counted} runs`}: ${needed}`];
  }
  return [
    `between  ${value} GB/s, mean of ${counted} runs (95 % between runs: ${interval})`,
    `scatter  ${betweenOverWithin ? scatterText(betweenOverWithin, agree) : 'not known: a run has no interval of its own'}`,
  ];
}

function scatterText(ratio: Figure, agree: boolean | null): string {
  const times = `${timesText(ratio)} times what the intervals within the runs say`;
  return agree
    ? `${times}: the runs agree`
    : `${times}: on this machine, one run’s interval is that much too narrow to tell what another run finds`;
}

/** `3.1 (1.6 – 19)`, in two digits: few runs do not know it better. */
const timesText = ({ value, ci95 }: Figure): string =>
  `${significant(value, 2)}${ci95 ? ` (${significant(ci95[0], 2)} – ${significant(ci95[1], 2)})` : ''}`;

const pairLines = ({ pairs, held }: Pairs): string[] =>
  pairs === 0
    ? []
    : [`next     ${held} of ${pairs} headlines lie in the interval of the run before, widened by the drift of either`];

const FIGURE_HEADER = ['figure', 'unit', 'mean', '95 % between runs', 'between ÷ within', 'runs'];

/** Returns the table of decode steps and kernels. Points of the cache curve are left out: they are no figures of memory. */
function figureTable(shared: readonly SharedFigure[]): string[] {
  const rows = shared.flatMap(({ subject, between: { mean, betweenOverWithin, agree } }) => {
    const name = nameOf(subject);
    if (name === undefined) return [];
    const { value, interval = NONE } = figureText(mean, '');
    const verdict = agree === null ? NONE : agree ? 'agree' : 'differ';
    return [
      [name, UNITS[subject.of], value, interval, betweenOverWithin ? timesText(betweenOverWithin) : NONE, verdict],
    ];
  });
  return rows.length > 0 ? ['', table(rows, FIGURE_HEADER)] : [];
}

function nameOf(subject: Subject): string | undefined {
  if (subject.of === 'stream') return undefined;
  if (subject.of === 'decode') {
    const { model, weights, kv, batch, experiment } = subject.case;
    if (experiment) return undefined;
    return `${model} ${weights}, ${kv} KV, batch ${integerText(batch)}, context ${lengthsText(subject.case)}`;
  }
  const { kernel, variant, params, withinBytes } = subject.case;
  if (params.workingSetBytes !== undefined) return undefined;
  return `${kernel} ${variant}, ${shapeText(params, withinBytes)}`;
}
