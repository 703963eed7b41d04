/**
 * What the page says to a person whose link asks for work that starts by itself. A link may come from anyone, and a run
 * takes the GPU for minutes, so it starts nothing.
 */

import type { PageParams } from '../../../session/params.ts';

/** The line for each value of `autorun`. Empty: there is nothing to say. */
const NOTICES: Readonly<Record<PageParams['autorun'], string>> = {
  no: '',
  run: 'This link asks for a run. Nothing has started: a link cannot start one. Look at what it has filled in above, and press Run if you want it.',
  tune: 'This link asks for tuning. Nothing has started: a link cannot start it. To tune, choose “Tune the kernels first” above, and press Run.',
};

export const linkNotice = (autorun: PageParams['autorun']): string => NOTICES[autorun];
