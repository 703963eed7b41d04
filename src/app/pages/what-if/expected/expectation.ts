/** What a serving engine is expected to reach, as the page says it. Its costs of engines are loaded after the page is drawn. */

import { ratesOf } from '../../../../../results/gpus/tflops.ts';
import { significant } from '../../../../../results/text/figures.ts';
import { expectedOf } from '../../../../model/predict/expected.ts';
import { shaderTflopsOf } from '../../../../model/serving/shader-peak.ts';
import type { Answer } from '../answer.ts';
import { gpuOf, OWN } from '../question.ts';
import { engineName } from '../words.ts';

export interface Expectation {
  /** The speed of each reader with its interval; without one, why there is none. */
  readonly text: string;
  /** The figures that it rests on. Undefined where there is no speed. */
  readonly evidence: string | undefined;
  /** Where the question lies outside those figures, each a sentence. */
  readonly warnings: readonly string[];
}

/** The expectation of a question's engine. Undefined where none is asked for, and where the readers do not fit. */
export function expectationOf({ question, gbps, served, prediction }: Answer): Expectation | undefined {
  const { engine, batch } = question;
  if (engine === 'peak' || !prediction.fits) return undefined;
  const spec = gpuOf(question);
  const { name, gbps: sold } = spec;
  const rates = ratesOf(name);
  const shaderTflops = shaderTflopsOf({ ...spec, ...(rates && { tflops: rates }) });
  const gpu = question.gpu === OWN ? undefined : { name, gbps, tflops: question.tflops ?? undefined, shaderTflops };
  const { tokensPerSecond, interval, evidence, warnings } = expectedOf(engine, gpu, served, prediction);
  if (tokensPerSecond === null || interval === null) {
    return { text: sentence(evidence), evidence: undefined, warnings: [] };
  }
  const [speed, low, high] = [tokensPerSecond, ...interval].map((rate) => significant(rate / batch));
  return {
    text: `${engineName(engine)} is expected to reach ${speed} tokens/s${batch === 1 ? '' : ' for each'}; the 95 % interval is ${low} to ${high}.`,
    evidence: sentence(`From ${evidence}`),
    warnings: [
      ...(gbps === sold ? [] : ['No GPU of this name has this door: its share of the door is taken to stay.']),
      ...warnings.map((warning) => sentence(`${warning}: the interval is wider`)),
    ],
  };
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
