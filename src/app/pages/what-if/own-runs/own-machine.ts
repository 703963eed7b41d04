/** The machine of a run that this browser keeps, with what was timed on it, as far as "What if" needs it. */

import { isTimedStep, stepFigures } from '../../../../../results/derived/decode.ts';
import { streamingGBps } from '../../../../../results/derived/derive.ts';
import { endedEarly } from '../../../../../results/labels/course.ts';
import { adapterName } from '../../../../../results/machine/identity.ts';
import type { DecodeCase, RecordBody } from '../../../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../../../results/text/figures.ts';
import { shown } from '../../../../../results/text/shown.ts';
import { memoryGBOf } from '../../../../model/predict/machines.ts';

export interface OwnMachine {
  /** The run's key. */
  readonly key: string;
  /** The GPU's name, as far as it is known. */
  readonly name: string;
  /** ISO 8601 in UTC. */
  readonly created: string;
  /** The measured read ceiling. */
  readonly gbps: number;
  /** The same with its interval. */
  readonly measured: Figure;
  /** Null: neither the record nor the GPU's name says. */
  readonly memoryGB: number | null;
  /** The decode steps of whole models that a person asked for. */
  readonly steps: readonly OwnStep[];
}

export interface OwnStep {
  readonly of: Pick<DecodeCase, 'model' | 'weights' | 'kv' | 'batch' | 'context'>;
  readonly perUser: Figure;
  readonly tokensPerSecond: Figure;
}

/** The machine of a run. Undefined for a run that ended early or has no read ceiling. */
export function ownMachine(key: string, body: RecordBody): OwnMachine | undefined {
  const streaming = endedEarly(body) ? undefined : streamingGBps(body);
  if (!streaming) return undefined;
  const { reported, adapter, created } = body;
  return {
    ...{ key, created },
    name: shown(reported.gpu || adapterName(adapter)) || 'A GPU without a name',
    gbps: Number(streaming.value.toPrecision(3)),
    measured: figureOf(streaming),
    memoryGB: memoryGBOf(body) ?? null,
    steps: stepsOf(body),
  };
}

const stepsOf = ({ decode = [], clock }: RecordBody): OwnStep[] =>
  decode.filter(isTimedStep).flatMap((m): OwnStep[] => {
    const figures = m.case.experiment ? undefined : stepFigures(m, clock.trusted);
    if (!figures) return [];
    const { model, weights, kv, batch, context } = m.case;
    const { perUser, tokensPerSecond } = figures;
    return [
      {
        of: { model, weights, kv, batch, context },
        ...{ perUser: figureOf(perUser), tokensPerSecond: figureOf(tokensPerSecond) },
      },
    ];
  });
