/** What a result says, in two sentences: how fast a model writes, and how fast memory delivers. Pure. */

import { lengthsText } from '../../../../results/decode.ts';
import { gbpsText, tokensPerSecondText } from '../../../../results/figures.ts';
import type { RunRecord } from '../../../../results/schema.ts';
import type { RunView } from '../../analysis/view.ts';
import { modelName } from '../../names.ts';

export interface Sentences {
  readonly first: string;
  /** Empty: there is no more to say. */
  readonly second: string;
}

export function sentencesOf(
  record: RunRecord,
  view: Pick<RunView, 'decode' | 'headline' | 'steps'>,
  where: string,
): Sentences {
  const { decode, headline } = view;
  const memory = headline ? `delivers ${inUnit(gbpsText(headline.gbps))}` : '';
  const [step] = (record.decode ?? []).flatMap(({ case: c }, i) => {
    const figures = c.experiment ? undefined : view.steps[i];
    return figures ? [{ c, figures }] : [];
  });
  if (step) {
    const { c, figures } = step;
    return {
      first: `${modelName(c.model)} ${c.weights} writes ${inUnit(tokensPerSecondText(figures.perUser))} ${where}.`,
      second: `${readersText(c.batch)}, at a context of ${lengthsText(c)}: the whole model, measured.${memory && ` Memory ${memory}.`}`,
    };
  }
  if (decode) {
    return {
      first: `${modelName(decode.modelId)} writes at most ${inUnit(tokensPerSecondText(decode.tokensPerSecond))} ${where}.`,
      second: `Computed from its ${decode.format} weights alone: no whole model was timed.${memory && ` Memory ${memory}.`}`,
    };
  }
  if (memory) return { first: `Memory ${memory} ${where}.`, second: '' };
  return { first: 'Nothing was measured.', second: 'The table below says why.' };
}

/** A step makes a token for each reader; the figure is what one of them sees. */
const readersText = (batch: number): string => (batch === 1 ? 'For one reader' : `For each of ${batch} readers`);

/** A figure that no line breaks. */
const inUnit = ({ value, unit }: { readonly value: string; readonly unit: string }): string => `${value}\u00a0${unit}`;
