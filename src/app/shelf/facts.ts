/** What a list of runs says of one beyond its summary, computed from its samples. Pure. */

import { headlineStep, stepFigures } from '../../../results/derived/decode.ts';
import { streamingGBps } from '../../../results/derived/derive.ts';
import { adapterName, isSoftware } from '../../../results/machine/identity.ts';
import type { RecordBody } from '../../../results/record/schema.ts';
import { type Figure, figureOf } from '../../../results/text/figures.ts';
import { shown } from '../../../results/text/shown.ts';
import { analyse } from '../../model/gemv-line/analyse.ts';
import { DEFAULT_MODEL } from '../../model/models/index.ts';
import { hostText } from '../text/host-text.ts';
import { stepText } from '../text/names.ts';

/** The tokens/s of a run: of one reader of a decode step, or the upper bound that follows from the weights alone. */
export interface Tokens {
  readonly figure: Figure;
  /** `atMost`: computed from the weights alone, since no decode step was timed. */
  readonly kind: 'measured' | 'atMost';
  /** The model, and how it was stored. */
  readonly of: string;
}

/** What is computed from a run's samples, for which the list does not wait. */
export interface RunFacts {
  /** The GPU's name, as far as it is known. */
  readonly gpu: string;
  readonly isSoftware: boolean;
  /** The browser or engine. */
  readonly host: string;
  readonly gbps: Figure | null;
  readonly tokens: Tokens | null;
}

export function factsOf(body: RecordBody): RunFacts {
  const streaming = streamingGBps(body);
  return {
    gpu: gpuOf(body),
    isSoftware: isSoftware(body.adapter),
    host: hostText(body.host),
    gbps: streaming ? figureOf(streaming) : null,
    tokens: tokensOf(body),
  };
}

/** The GPU's name: the one that the owner gave, else the one that the adapter has. */
export const gpuOf = ({ reported, adapter }: Pick<RecordBody, 'reported' | 'adapter'>): string =>
  shown(reported.gpu || adapterName(adapter)) || 'A GPU without a name';

/** The step that the run is known by; without one, the upper bound of the default model. */
function tokensOf(body: RecordBody): Tokens | null {
  const step = headlineStep(body.decode ?? [], (m) => stepFigures(m, body.clock.trusted));
  if (step) return { figure: figureOf(step.figures.perUser), kind: 'measured', of: stepText(step.m.case) };
  const { weightsOnly } = analyse(body, DEFAULT_MODEL);
  if (!weightsOnly) return null;
  const { model, format, tokensPerSecond } = weightsOnly;
  return { figure: figureOf(tokensPerSecond), kind: 'atMost', of: `${model.name} ${format}` };
}
