/** What the page shows of a run's law, as plain data. Fitting it takes longer than all the rest of a run's view. */

import { lawOfRecord, type RecordLaw, strangersIn } from '../../model/law/of-record.ts';
import { type LawSummary, lawSummary } from '../../model/law/summary.ts';
import { type BoundVerdict, boundOf } from '../../model/law/verdict.ts';
import { memoryGBOf } from '../../model/predict/machines.ts';
import { type Buys, buysOf, largestSteps } from '../../model/predict/what-more-buys.ts';
import { areKernelsDone, type RunSoFar } from './view.ts';

/** The part of the view that needs the finished record: what its owner reported of the machine counts here. */
export interface LawOutlook {
  readonly bound: BoundVerdict;
  /** What more bandwidth or memory would buy the models that were run. */
  readonly buys: readonly Buys[];
  /** The GPU's memory, in GB. Undefined: it was not given, and no GPU of known memory was named. */
  readonly memoryGB: number | undefined;
}

export interface LawView {
  readonly law: LawSummary;
  /** Models whose steps are left out of the law, because their shapes are not known. */
  readonly strangers: readonly string[];
  /** The verdict on the machine, and what more of it would buy. Undefined: the run has not ended. */
  readonly outlook: LawOutlook | undefined;
}

/** The law of a run so far. Undefined: its kernels are not done, or it has measured too little for a law. */
export function lawView(run: RunSoFar, found = foundIn(run)): LawView | undefined {
  const { record } = run;
  if (!found) return undefined;
  const decode = present(run.decode);
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

/** The law of a run so far, as it was found: it has functions, which cannot cross to the page. */
export function foundIn(run: RunSoFar): RecordLaw | undefined {
  const { clock, measurements, decode } = run;
  return areKernelsDone(run)
    ? lawOfRecord({ clock, measurements: present(measurements), decode: present(decode) })
    : undefined;
}

const present = <T>(all: readonly (T | undefined)[]): T[] => all.filter((one) => one !== undefined);
