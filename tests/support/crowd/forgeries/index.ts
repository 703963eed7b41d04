/** All forgeries that the rules were written with in view, by kind. */

import { DIGESTS, MIXTURES, REPLAYS, SEEDS, SHUFFLED } from './course.ts';
import { STEPS, TOO_FAST } from './figures.ts';
import type { CrowdForgery } from './forgery.ts';
import { EDITED_LIMITS, IMITATORS, OTHER_NAMES, REMOTE } from './machines.ts';
import { CLEANED, COPIED, SCALED } from './times.ts';

export const CROWD_FORGERIES: readonly CrowdForgery[] = [
  ...SCALED,
  ...OTHER_NAMES,
  ...CLEANED,
  ...COPIED,
  ...TOO_FAST,
  ...REMOTE,
  ...STEPS,
  ...EDITED_LIMITS,
  ...REPLAYS,
  ...SHUFFLED,
  ...IMITATORS,
  ...SEEDS,
  ...DIGESTS,
  ...MIXTURES,
];
