/** The parts that the time of a step is split into. What they are computed from is in explained.ts. */

/** The parts of a time, in the order in which they are shown. They add up to it. */
export const PARTS = ['bytes', 'arithmetic', 'launch', 'tail', 'rest'] as const;
export type PartId = (typeof PARTS)[number];

/** What each part is, in words beside its name. */
export const PART_WORDS: Readonly<Record<PartId, string>> = {
  bytes: 'at the measured read bandwidth: the bound',
  arithmetic: 'what instructions alone take longer than the bytes',
  launch: 'as many empty dispatches',
  tail: 'what else does not grow with the size of a dispatch',
  rest: 'all that is none of these',
};
