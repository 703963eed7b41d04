/** The decode steps of a result as its charts need them. Pure. */

import { isTimedStep } from '../../../../../results/derived/decode.ts';
import type { DecodeCase, DecodeMeasured, RunRecord } from '../../../../../results/record/schema.ts';
import { MODELS } from '../../../../model/models/index.ts';
import { DEFAULT_PARAMS, type PageParams } from '../../../../session/params.ts';
import type { RunView, StepView } from '../../../analysis/view.ts';
import { MAX_SERIES } from '../../../charts/svg/chart.ts';

export interface Step {
  readonly case: DecodeCase;
  readonly measured: DecodeMeasured;
  readonly figures: StepView;
}

/** The steps that a person asked for and that have a time, in the order of the record. */
export const stepsOf = ({ decode = [] }: RunRecord, { steps }: Pick<RunView, 'steps'>): Step[] =>
  decode.flatMap((m, i): Step[] => {
    const figures = steps[i];
    return isTimedStep(m) && !m.case.experiment && figures ? [{ case: m.case, measured: m, figures }] : [];
  });

/** The steps of the model, formats and lengths of the first one, which the result’s sentence is about. */
export function likeTheFirst(steps: readonly Step[]): readonly Step[] {
  const first = steps[0]?.case;
  return steps.filter(
    ({ case: c }) =>
      c.model === first?.model && c.weights === first.weights && c.kv === first.kv && c.shortest === first.shortest,
  );
}

/** The different contexts of steps, ascending: as many of them as a chart can tell apart. */
export function contextsOf(steps: readonly Step[], most = MAX_SERIES): number[] {
  const all = [...new Set(steps.map(({ case: { context } }) => context))].sort((a, b) => a - b);
  if (all.length <= most) return all;
  return [
    ...new Set(Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))] ?? 0)),
  ];
}

/** The form of a run that times steps of the result’s model, or of the default one. */
export function formOf({ seed, decode = [] }: RunRecord, changes: Partial<PageParams>): PageParams {
  const asked = decode.find((m) => !m.case.experiment)?.case.model;
  const model = MODELS.find(({ id }) => id === asked)?.id ?? DEFAULT_PARAMS.model;
  return { ...DEFAULT_PARAMS, seed, decode: model, ...changes };
}
