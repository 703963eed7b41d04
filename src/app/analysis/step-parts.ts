/** A step in parts, as charts show it. Apart from what works the parts out, which only the analyst needs. */

import type { DecodeCase } from '../../../results/record/schema.ts';
import { type Figure, integerText } from '../../../results/text/figures.ts';
import { lengthsText } from '../../../results/text/step-text.ts';

/** A step in parts, in ms. All but the measured time are derived. */
export interface StepParts {
  /** `1 reader, context 4,096` */
  readonly name: string;
  /** Null: the step was not timed as a whole. */
  readonly measuredMs: Figure | null;
  readonly weightsMs: number;
  readonly kvMs: number;
  readonly launchesMs: number;
  /** What each step and each reader costs besides. */
  readonly restMs: number;
}

/** `1 reader, context 4,096` */
export const stepLabel = (of: Pick<DecodeCase, 'batch' | 'shortest' | 'context'>): string =>
  `${integerText(of.batch)} ${of.batch === 1 ? 'reader' : 'readers'}, context ${lengthsText(of)}`;

/** The time of a step by its parts, in ms. */
export const derivedMs = ({ weightsMs, kvMs, launchesMs, restMs }: StepParts): number =>
  weightsMs + kvMs + launchesMs + restMs;
