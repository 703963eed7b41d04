/** What the page shows of a run's law, as plain data; it takes longer to find than all the rest of a run's view. */

import { lawOfRecord, strangersIn } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import { memoryGBOf } from '../../model/predict/machines.ts';
import { type Buys, buysOf, largestSteps } from '../../model/predict/what-more-buys.ts';
import { areKernelsDone, type RunSoFar } from './view.ts';

/** What only a run that has ended tells: what it says of itself is part of it. */
export interface LawOutlook {
  readonly bound: BoundVerdict;
  /** Of the models that were run. */
  readonly buys: readonly Buys[];
  /** GB; undefined where nobody said, nor named a GPU of which it is known. */
  readonly memoryGB: number | undefined;
}

export interface LawView {
  readonly law: LawSummary;
  /** Models whose steps are left out of it. */
  readonly strangers: readonly string[];
  /** Undefined while the run goes on. */
  readonly outlook: LawOutlook | undefined;
}

/** @returns undefined where the run so far is not enough for a law, or its kernels are not done */
export function lawView(run: RunSoFar): LawView | undefined {
  const { clock, record } = run;
  if (!areKernelsDone(run)) return undefined;
  const present = <T>(all: readonly (T | undefined)[]) => all.filter((one) => one !== undefined);
  const decode = present(run.decode);
  const found = lawOfRecord({ clock, measurements: present(run.measurements), decode });
  if (!found) return undefined;
  const memoryGB = record && memoryGBOf(record);
  return {
    law: lawSummary(found),
    strangers: strangersIn({ decode }),
    outlook: record && {
      bound: boundOf(record, found),
      buys: buysOf(record, found, memoryGB, largestSteps(record)),
      memoryGB,
    },
  };
}
