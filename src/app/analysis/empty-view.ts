/** The view of a run that has shown nothing yet. It stands apart, so that the page need not load the analyst’s code. */

import { COLD_ROTATION_BYTES } from '../../../results/derived/cold.ts';
import type { RunView } from './view.ts';

export const EMPTY_VIEW: RunView = {
  headline: undefined,
  cacheCurve: [],
  caches: undefined,
  coldFromBytes: COLD_ROTATION_BYTES,
  decode: undefined,
  series: [],
  rows: [],
  explained: [],
  steps: [],
  labels: undefined,
  claims: [],
};
