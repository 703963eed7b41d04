/** What the tabs of a result show beyond the view of a run: it needs the finished record, and the law. */

import { headlineStep, stepFigures } from '../../../results/derived/decode.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import type { RecordLaw } from '../../model/law/of-record.ts';
import type { Model } from '../../model/models/model.ts';
import { type ReachView, reachOf } from './reach.ts';
import { type SavedView, savedOf } from './saved.ts';
import { type WhyView, whyOf } from './why.ts';

export interface ResultView {
  /** Where the time of a step goes. Undefined: too little was measured. */
  readonly why: WhyView | undefined;
  /** What number formats save. Undefined: no work was timed in two of them. */
  readonly saved: SavedView | undefined;
  /** The frontier. Undefined: too little was measured. */
  readonly reach: ReachView | undefined;
}

/** @param model the preset that is estimated where no whole step was timed */
export function resultView(record: RunRecord, found: RecordLaw | undefined, model: Model): ResultView {
  const { decode = [], clock } = record;
  const step = headlineStep(decode, (m) => stepFigures(m, clock.trusted))?.m.case;
  return {
    why: whyOf(record, step, found, model),
    saved: savedOf(record, step),
    reach: reachOf(record, step, found, model),
  };
}
