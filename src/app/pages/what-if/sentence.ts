/** The answer in sentences. */

import { bytesText, integerText, significant } from '../../../../results/text/figures.ts';
import { pickedBytes } from '../../../model/predict/predict.ts';
import type { Answer } from './answer.ts';
import { gpuOf, isChanged, OWN } from './question.ts';
import {
  bandwidthText,
  contextText,
  formatName,
  memoryText,
  readersText,
  shortName,
  timesText,
  withArticle,
} from './words.ts';

export interface Sentence {
  /** What the readers of the question get, or that they do not fit. */
  readonly now: string;
  /** What a full memory makes, or how many would fit. Undefined where not even one reader fits. */
  readonly full: string | undefined;
  /** What twice the bandwidth and twice the memory would make of a full memory. */
  readonly twice: { readonly door: string; readonly cabin: string } | undefined;
}

/** The machine of a question: `an RTX 4090`, or with the numbers that are not those of its GPU. */
export function machineText({ question, memoryGB, gbps }: Pick<Answer, 'question' | 'memoryGB' | 'gbps'>): string {
  const numbers = `with ${memoryText(memoryGB)} at ${bandwidthText(gbps)}`;
  if (question.gpu === OWN) return `a GPU ${numbers}`;
  const name = withArticle(shortName(gpuOf(question).name));
  return isChanged(question) ? `${name} ${numbers}` : name;
}

/** The model of an answer, with its format: `Llama 3.1 8B int4`. */
export const modelText = ({ served }: Pick<Answer, 'served'>): string =>
  `${served.model.name} ${formatName(served.weights)}`;

/** The speed of each reader: the most there can be, but where texts decide which experts are read. */
function speedText({ served, question, prediction }: Answer): string {
  const rate = `${significant(prediction.tokensPerSecondPerUser ?? Number.NaN)} tokens/s`;
  return pickedBytes(served, question.batch) === null ? `at most ${rate}` : `${rate} by the law`;
}

export function sentenceOf(answer: Answer): Sentence {
  const { question, prediction, memoryGB } = answer;
  const { maxBatch, full, wouldFit } = prediction;
  const [on, what] = [`On ${machineText(answer)}`, modelText(answer)];
  const readers = `${readersText(question.batch)} at ${contextText(question.context)} context`;
  const now = wouldFit
    ? `${on}, ${what} does not fit for ${readers}: it needs ${bytesText(wouldFit.memoryBytes)}, and there are ${memoryText(memoryGB)}.`
    : `${on}, ${what} writes ${speedText(answer)} for ${question.batch === 1 ? '' : 'each of '}${readers}.`;
  if (!full) return { now, full: undefined, twice: undefined };
  const rate = significant(full.tokensPerSecond);
  return {
    now,
    full:
      maxBatch === 1 ? `One reader fits and gets ${rate}.` : `${integerText(maxBatch)} readers fit and share ${rate}.`,
    twice: {
      door: `Twice the door: ${timesText(full.twiceBandwidth)}.`,
      cabin: `Twice the cabin: ${timesText(full.twiceMemory)}.`,
    },
  };
}
