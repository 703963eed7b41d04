/** Where a run stands among others of the same part: its read ceiling, and each step that others have timed. Pure. */

import type { Figure } from '../../../results/figures.ts';
import { partKey } from '../../crowd/part.ts';
import type { Row } from '../../crowd/row.ts';
import type { Standing, StandingOf, Step } from './api.ts';
import { isCounted, type LoadedRun, stepKey, stepWith } from './loaded.ts';
import { ascending, middleOf } from './middle.ts';

/** @param own the run, which may be in the collection itself: it is not among the others */
export function standingOf(own: Row, runs: readonly LoadedRun[]): Standing {
  const key = partKey(own.part);
  const others = runs.filter(({ row, part }) => part === key && row.id !== own.id && isCounted(row));
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
    const { model, weights, kv, context, batch, bytes, tokensPerSecond, interval } = step;
    const of: Step = { model, weights, kv, context, batch, bytes };
    return placed(
      of,
      { value: tokensPerSecond, ci95: interval },
      others.flatMap((run) => stepWith(run, stepKey(of))?.tokensPerSecond ?? []),
    );
  });
  // Those that most others have come first, the ceiling before all.
  const byOthers = (a: StandingOf, b: StandingOf): number => b.others.length - a.others.length;
  return { part: own.part, of: [...ceiling, ...steps.sort(byOthers)] };
}

function placed(step: Step | null, own: Figure, values: readonly number[]): StandingOf {
  const others = ascending(values);
  return { step, own, others, middle: middleOf(others), faster: fasterShare(own.value, others) };
}

/** The share of others that are slower, of those as fast the half. Null: there is no other. */
function fasterShare(own: number, others: readonly number[]): number | null {
  if (others.length === 0) return null;
  const slower = others.filter((value) => value < own).length;
  const alike = others.filter((value) => value === own).length;
  return (slower + alike / 2) / others.length;
}
