/** Engines against their published figures, and the costs that are fitted to all of them. */

import { median, quantile } from 'simple-statistics';
import { groupBy } from '../../../results/lists.ts';
import type { EngineFit } from '../../../results/reference/engine-costs.ts';
import { BATCH_1, BATCHED, HELD_OUT, LOCALSCORE } from '../../../results/reference/published.ts';
import {
  type EngineFigure,
  type EngineLaw,
  type EnginePrediction,
  LEFT_OUT,
  type LeftOut,
  leaveOneOut,
  predictFrom,
  reachOf,
} from './engine-fit.ts';
import { DECODE_LAW, decodeFit, type EngineRow, llamaCppRows, localScoreRows } from './engines.ts';
import { llamaCppPrompts, localScorePrompts, PROMPT_LAW, type PromptRow, promptFit } from './prompts.ts';
import { type SeveralPrediction, type SeveralTable, severalFit, severalLeftOut, severalReach } from './several.ts';

/** Rows, each predicted without its GPU. */
export interface Predicted<Row extends EngineFigure> {
  readonly rows: readonly Row[];
  readonly predictions: readonly EnginePrediction<Row>[];
  readonly reach: Readonly<Record<string, number>>;
}

/** An engine's figures, each predicted without its GPU. */
export interface EngineResult extends Predicted<EngineRow> {
  readonly engine: string;
  readonly source: string;
  readonly prompts: Predicted<PromptRow>;
  readonly several: Several | null;
}

/** Steps of several sequences, each predicted without its model. */
export interface Several extends SeveralTable {
  readonly predictions: readonly SeveralPrediction[];
  readonly reach: number;
}

/** The published figures of each engine. */
export const engineRows = () =>
  [
    {
      ...{ engine: 'llama.cpp', source: 'results/data/reference/batch-1-decode.json' },
      ...{ rows: llamaCppRows(BATCH_1), prompts: llamaCppPrompts(BATCH_1) },
      several: { source: 'results/data/reference/batched-decode.json', table: BATCHED },
    },
    {
      ...{ engine: 'localscore', source: 'results/data/reference/localscore.json' },
      ...{ rows: localScoreRows(LOCALSCORE), prompts: localScorePrompts(LOCALSCORE), several: null },
    },
  ] as const;

function predicted<Row extends EngineFigure>(rows: readonly Row[], law: EngineLaw<Row>): Predicted<Row> {
  const predictions = leaveOneOut(rows, law);
  return { rows, predictions, reach: reachOf(predictions) };
}

/** The results of all engines. It takes half a minute, since each GPU is left out once. */
export const engineResults = (): EngineResult[] =>
  engineRows().map(({ engine, source, rows, prompts, several }) => ({
    ...{ engine, source, ...predicted(rows, DECODE_LAW) },
    prompts: predicted(prompts, PROMPT_LAW),
    several: several && severalPredicted(rows, prompts, several),
  }));

function severalPredicted(rows: readonly EngineRow[], prompts: readonly PromptRow[], several: SeveralTable): Several {
  const predictions = severalLeftOut(rows, prompts, several);
  return { ...several, predictions, reach: severalReach(predictions) };
}

/** The figures of llama.cpp that are kept out of every fit, each predicted by the fit of all others. */
export function keptOut({ rows, reach, prompts }: Omit<EngineResult, 'predictions' | 'several'>) {
  const of = <Row extends EngineFigure>(
    seen: Omit<Predicted<Row>, 'predictions'>,
    unseen: readonly Row[],
    law: EngineLaw<Row>,
  ) => ({
    rows: unseen,
    predictions: predictFrom(seen.rows, unseen, law),
    reach: seen.reach,
  });
  return {
    steps: of({ rows, reach }, llamaCppRows(HELD_OUT), DECODE_LAW),
    prompts: of(prompts, llamaCppPrompts(HELD_OUT), PROMPT_LAW),
  };
}

export type KeptOut = ReturnType<typeof keptOut>;

/** Errors of figures that a fit has not seen. */
export interface EngineTransfer {
  readonly engine: string;
  readonly figures: 'steps' | 'prompts';
  /** What was left out, one after another: or the engine whose figures alone the fit has seen. */
  readonly leftOut: LeftOut | 'engine';
  readonly groups: number;
  readonly rows: number;
  /** The median of relative errors, and what nine in ten are below. */
  readonly median: number;
  readonly p90: number;
}

type Rows = ReturnType<typeof engineRows>[number];

/** How well figures of an engine are predicted where their GPU, model, architecture, backend or engine was not seen. */
export function engineTransfers(): EngineTransfer[] {
  const all = engineRows();
  const of = <Row extends EngineFigure>(
    figures: EngineTransfer['figures'],
    law: EngineLaw<Row>,
    rowsOf: (one: Rows) => readonly Row[],
  ) =>
    all.flatMap((one): EngineTransfer[] => {
      const rows = rowsOf(one);
      const others = all.filter(({ engine }) => engine !== one.engine).flatMap(rowsOf);
      const about = { engine: one.engine, figures, rows: rows.length };
      const errorsOf = (predictions: readonly EnginePrediction[]) => {
        const errors = predictions.map(({ error }) => Math.abs(error));
        return { median: median(errors), p90: quantile(errors, 0.9) };
      };
      return [
        ...(Object.keys(LEFT_OUT) as LeftOut[]).map((leftOut) => ({
          ...{ ...about, leftOut, groups: groupBy(rows, LEFT_OUT[leftOut]).size },
          ...errorsOf(leaveOneOut(rows, law, leftOut)),
        })),
        { ...about, leftOut: 'engine', groups: 1, ...errorsOf(predictFrom(others, rows, law)) },
      ];
    });
  return [...of('steps', DECODE_LAW, ({ rows }) => rows), ...of('prompts', PROMPT_LAW, ({ prompts }) => prompts)];
}

/** An engine's costs, fitted to all of its figures. */
export function engineFit({
  source,
  rows,
  reach,
  prompts,
  several,
}: Omit<EngineResult, 'engine' | 'predictions' | 'several'> & {
  readonly several: Omit<Several, 'predictions'> | null;
}): EngineFit {
  const decode = decodeFit(rows, source, reach);
  return {
    ...decode,
    several: several && severalFit(several, decode, several.reach),
    prompts: promptFit(prompts.rows, prompts.reach),
  };
}

/** The text of `results/data/reference/engine-costs.json`, with a line to each group. */
export function engineFitsText(results: readonly EngineResult[]): string {
  const fits = Object.fromEntries(results.map((result) => [result.engine, engineFit(result)]));
  return `${JSON.stringify(fits)
    .replaceAll('{"backend"', '\n{"backend"')
    .replaceAll(']}},"', ']}},\n"')
    .replaceAll('],"several"', '],\n"several"')
    .replaceAll(',"prompts"', ',\n"prompts"')}\n`;
}
