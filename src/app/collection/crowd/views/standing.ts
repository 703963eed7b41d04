/** Where a run stands among others of the same part: its read ceiling, and each step that others have timed. Pure. */

import type { Figure } from '../../../../../results/text/figures.ts';
import { partKey } from '../../../../crowd/part.ts';
import { isCounted, type Row } from '../../../../crowd/row.ts';
import { kindOf, percentileOf } from '../../../../crowd/summary.ts';
import type { Standing, StandingOf, Step } from '../api.ts';
import { type LoadedRun, stepParam, stepWith } from '../loaded.ts';
import { middleOf } from './view.ts';

/**
 * @param own the run, which may be in the collection itself, also with another name for its GPU and so under another id: it
 *   is not among the others
 */
export function standingOf(own: Row, runs: readonly LoadedRun[]): Standing {
  const key = partKey(own.part);
  const isOwn = ({ id, claimed, gbps }: Row): boolean =>
    id === own.id || (claimed === own.claimed && gbps === own.gbps);
  const others = runs.filter(({ row, part }) => part === key && !isOwn(row) && isCounted(row.status));
  const ceiling =
    own.gbps === null
      ? []
      : [
          placed(
            null,
            { value: own.gbps, ci95: own.gbpsInterval },
            others.flatMap(({ row }) => row.gbps ?? []),
          ),
        ];
  const steps = own.steps.map((step) => {
    return placed(
      kindOf(step),
      { value: step.tokensPerSecond, ci95: step.interval },
      others.flatMap((run) => stepWith(run, stepParam(step))?.tokensPerSecond ?? []),
    );
  });
  // The ceiling comes first, then the steps that most other runs have.
  const byOthers = (a: StandingOf, b: StandingOf): number => b.others.length - a.others.length;
  return { part: own.part, of: [...ceiling, ...steps.sort(byOthers)] };
}

function placed(step: Step | null, own: Figure, values: readonly number[]): StandingOf {
  const others = [...values].sort((a, b) => a - b);
  const faster = others.length === 0 ? null : percentileOf(own.value, others);
  return { step, own, others, middle: middleOf(others), faster };
}
