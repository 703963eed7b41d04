/** The row of a record that a page shows. Loaded when one is asked about: a record's schema is larger than all else here. */

import { checkRecordText } from '../../../../results/record/record-text.ts';
import type { Row } from '../../../crowd/row.ts';
import { rowOf } from '../../../crowd/row-of.ts';
import { withGpu } from '../../shelf/gpu-names.ts';

/** Undefined: the text is no record. @param gpu the name that a person gave to its GPU later; empty: none */
export function ownRow(text: string, gpu: string): Row | undefined {
  const checked = checkRecordText(text);
  return checked.ok ? rowOf(withGpu(checked.record, gpu)) : undefined;
}
