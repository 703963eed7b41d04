/** Where the time of the steps of a run goes, as plain data. */

import { isTimedStep } from '../../../results/derived/decode.ts';
import { explanationOf, type Parts } from '../../../results/derived/explained.ts';
import { PARTS, type PartId } from '../../../results/derived/step-parts.ts';
import { bytesMoved } from '../../../results/record/cases.ts';
import type {
  Case,
  DecodeCase,
  DecodeMeasured,
  DecodeMeasurement,
  RecordBody,
} from '../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../results/text/figures.ts';

/** The parts of a time in ms. Undefined: a part is not measured, and lies in the rest. */
export type PartsView = Readonly<Record<PartId, Figure | undefined>>;

export interface KernelView {
  readonly case: Case;
  /** In a step. */
  readonly dispatches: number;
  readonly bytes: number;
  /** The time of all its dispatches in a step. */
  readonly ms: Figure;
  /** Its share of the step. */
  readonly share: Figure;
  readonly parts: PartsView;
  readonly mayBeCached: boolean;
}

/** A step that is explained, or the reason why it is not. */
export type ExplainedView = { readonly step: DecodeCase } & (
  | { readonly reason: string }
  | {
      readonly reason?: undefined;
      readonly stepMs: Figure;
      /** The bandwidth that bytes are divided by, in GB/s. Undefined: the run has none. */
      readonly gbps: Figure | undefined;
      readonly parts: PartsView;
      /** The part of the rest that no kernel takes, in ms. */
      readonly between: Figure;
      readonly launchMs: Figure;
      readonly rounds: number;
      /** The longest time first. */
      readonly kernels: readonly KernelView[];
    }
);

/** Explains the steps that a run was asked to explain, as far as it has measured them. */
export const explainedViews = (
  decode: readonly (DecodeMeasurement | undefined)[],
  run: Pick<RecordBody, 'clock' | 'measurements'>,
): ExplainedView[] => decode.flatMap((m) => (m && isTimedStep(m) && m.explained ? [seenView(m, run)] : []));

/** The views of steps that were seen before. Kernels are measured before them, so the read bandwidth stays. */
const seen = new WeakMap<DecodeMeasured, ExplainedView>();

function seenView(m: DecodeMeasured, run: Pick<RecordBody, 'clock' | 'measurements'>): ExplainedView {
  const view = seen.get(m) ?? viewOf(m, run);
  seen.set(m, view);
  return view;
}

function viewOf(m: DecodeMeasured, run: Pick<RecordBody, 'clock' | 'measurements'>): ExplainedView {
  const step = m.case;
  if (m.explained?.status === 'skipped') return { step, reason: m.explained.reason };
  const found = explanationOf(m, run);
  if (!found) return { step, reason: 'no round of it is whole' };
  const { stepMs, gbps, parts, between, launchMs, rounds, kernels } = found;
  return {
    ...{ step, stepMs: figureOf(stepMs), gbps: gbps && figureOf(gbps), parts: partsView(parts), rounds },
    ...{ between: figureOf(between), launchMs: figureOf(launchMs) },
    kernels: kernels.map(({ of, ms, share, parts: own, mayBeCached }) => ({
      case: { kernel: of.kernel, variant: of.variant, params: of.params, tuning: of.tuning },
      ...{ dispatches: of.dispatches, bytes: bytesMoved(of.work), mayBeCached },
      ...{ ms: figureOf(ms), share: figureOf(share), parts: partsView(own) },
    })),
  };
}

const partsView = (parts: Parts): PartsView =>
  Object.fromEntries(PARTS.map((id) => [id, parts[id] && figureOf(parts[id])])) as PartsView;
