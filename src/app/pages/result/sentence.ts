/** What a result says, in two sentences: how fast a model writes, and what memory has to do with it. Pure. */

import { headlineStep } from '../../../../results/derived/decode.ts';
import { shownDownTo } from '../../../../results/derived/headline.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import { gbpsText, significant, tokensPerSecondText } from '../../../../results/text/figures.ts';
import { shown } from '../../../../results/text/shown.ts';
import { lengthsText } from '../../../../results/text/step-text.ts';
import type { RunView } from '../../analysis/view.ts';
import type { WhyView } from '../../analysis/why.ts';
import type { ReadRecord, Sentences } from '../../share/reader/api.ts';
import { modelName } from '../../text/names.ts';

/** Where a record was measured, as the end of a sentence. */
export const whereOf = ({ origin, machine }: Pick<ReadRecord, 'origin' | 'machine'>): string =>
  origin === 'own' ? 'here' : `on ${machine}`;

/** @param why where the time of a step goes; undefined: not known, or not yet */
export function sentencesOf(
  record: RunRecord,
  view: Pick<RunView, 'decode' | 'headline' | 'steps'>,
  where: string,
  why?: WhyView,
): Sentences {
  const { decode, headline } = view;
  const memory = memoryText(headline, why);
  const step = headlineStep(record.decode ?? [], (_, i) => view.steps[i]);
  if (step) {
    const { m, figures } = step;
    return {
      first: `${shown(modelName(m.case.model))} ${m.case.weights} writes ${inUnit(tokensPerSecondText(figures.perUser))} ${where}.`,
      second: joined(
        memory,
        `${readersText(m.case.batch)}, at a context of ${lengthsText(m.case)}: the whole model, measured.`,
      ),
    };
  }
  if (decode) {
    return {
      first: `${modelName(decode.modelId)} ${decode.format} writes at most ${inUnit(tokensPerSecondText(decode.tokensPerSecond))} ${where}.`,
      second: joined(memory, 'Computed for one reader from the weights alone: no whole model was timed.'),
    };
  }
  if (headline) return { first: `Memory delivers ${inUnit(gbpsText(headline.gbps))} ${where}.`, second: '' };
  return { first: 'Nothing was measured.', second: 'The list of every sample below says why.' };
}

const joined = (...sentences: readonly string[]): string => sentences.filter(Boolean).join(' ');

/** How fast memory delivers, what share of a step it takes, and what twice the bandwidth would give. */
function memoryText(headline: RunView['headline'], why: WhyView | undefined): string {
  if (!headline) return '';
  const downTo = shownDownTo(headline);
  const source = headline.of === 'maybe-cache' ? 'Memory, or a cache,' : 'Memory';
  const doubt = downTo === undefined ? '' : ` (down to ${significant(downTo)} if a cache helped)`;
  const delivers = `${source} delivers ${inUnit(gbpsText(headline.gbps))}${doubt}`;
  if (!why) return `${delivers}.`;
  const { memoryShare, twiceBandwidth, bound } = why;
  if (memoryShare !== null && twiceBandwidth !== null) {
    return `${delivers} and takes ${significant(100 * memoryShare, 2)} % of each step; twice the bandwidth would give ${significant(twiceBandwidth)}×.`;
  }
  return bound.verdict === 'not bandwidth-bound'
    ? `${delivers}, but something else sets the speed here: more bandwidth alone would bring little.`
    : `${delivers}.`;
}

/** A step makes a token for each reader; the figure is what one of them sees. */
const readersText = (batch: number): string => (batch === 1 ? 'For one reader' : `For each of ${batch} readers`);

/** A figure that no line breaks. */
const inUnit = ({ value, unit }: { readonly value: string; readonly unit: string }): string => `${value} ${unit}`;
