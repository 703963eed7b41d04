/** The fitted law of a record, as `hbmark fit` prints it. */

import {
  comparedTexts,
  formText,
  heldOutText,
  LAW_FORMULA,
  type LawSummary,
  lackOfFitText,
} from '../../model/law/summary.ts';
import { figureLine } from './figure-line.ts';
import { table } from './tables/table.ts';

/** Returns formula, form, held-out error, and a line for each term. */
export function lawLines(law: LawSummary): string[] {
  if (law.basis === null)
    return ['law      none: a fit needs three decode steps, or matrix–vector products of three sizes'];
  const tried = comparedTexts(law);
  const lack = lackOfFitText(law);
  return [
    `law      ${LAW_FORMULA}`,
    `form     ${formText(law)}`,
    `held out ${heldOutText(law)}`,
    ...(lack === undefined ? [] : [`! ${lack}`]),
    ...law.terms.map(({ id, unit, figure, unidentified }) =>
      figure ? `${id.padEnd(8)} ${figureLine(figure, unit)}` : `${id.padEnd(8)} unidentified: ${unidentified}`,
    ),
    ...(tried.length > 0 ? [table(tried, ['forms that were tried', 'error, %'])] : []),
  ];
}
