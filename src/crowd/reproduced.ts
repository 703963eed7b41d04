/**
 * Whether a run is reproduced: runs of the same part by other submitters found the same. That they agree shows that the
 * figures are no accident of one machine. It does not show that each of them was measured.
 */

import { median } from 'simple-statistics';
import { groupBy } from '../../results/lists.ts';
import type { KnownRun } from './checks/rule.ts';
import { partKey } from './part.ts';
import type { Row } from './row.ts';
import { stepKey } from './summary.ts';

/** The minimum of other submitters: one may be the same person elsewhere. */
const MIN_OTHERS = 2;

/**
 * How far sound machines with one part may lie apart beside their intervals, relative: clocks and power limits of
 * boards, drivers and browsers differ by several per cent.
 */
const SPREAD = { ceiling: 0.1, step: 0.2 } as const;

/** Whether two figures agree within their intervals and the spread of machines. */
function agree(one: Figure, other: Figure, spread: number): boolean {
  const [low, high] = [
    (figure: Figure) => figure.interval?.[0] ?? figure.value,
    (figure: Figure) => figure.interval?.[1] ?? figure.value,
  ];
  return low(one) <= high(other) * (1 + spread) && low(other) <= high(one) * (1 + spread);
}

interface Figure {
  readonly value: number;
  readonly interval: readonly [number, number] | null;
}

const ceilingOf = ({ gbps, gbpsInterval }: Row): Figure | undefined =>
  gbps === null ? undefined : { value: gbps, interval: gbpsInterval };

/** Whether another run has the same ceiling, and the same tokens/s in each step that both have. */
function confirms(row: Row, other: Row): boolean {
  const [ours, theirs] = [ceilingOf(row), ceilingOf(other)];
  if (!ours || !theirs || !agree(ours, theirs, SPREAD.ceiling)) return false;
  const known = new Map(other.steps.map((step) => [stepKey(step), step]));
  return row.steps.every((step) => {
    const same = known.get(stepKey(step));
    return (
      !same ||
      agree(
        { value: step.tokensPerSecond, interval: step.interval },
        { value: same.tokensPerSecond, interval: same.interval },
        SPREAD.step,
      )
    );
  });
}

/**
 * Whether most of the other submitters with this part, at least two, found what this run found. The runs of one
 * submitter count as one.
 *
 * @param others plausible runs of the same part; others among them, and the run itself, are left out
 */
export function isReproduced(row: Row, submitter: string, others: readonly KnownRun[]): boolean {
  if (row.software || row.part.name === '') return false;
  const key = partKey(row.part);
  const peers = others.filter(
    (known) => known.submitter !== submitter && !known.row.software && partKey(known.row.part) === key,
  );
  const votes = [...groupBy(peers, (known) => known.submitter).values()].map((runs) =>
    median(runs.map((known) => (confirms(row, known.row) ? 1 : 0))),
  );
  const yes = votes.filter((vote) => vote > 0.5).length;
  return yes >= MIN_OTHERS && yes > votes.length / 2;
}
