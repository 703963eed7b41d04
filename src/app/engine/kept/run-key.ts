import type { RecordBody } from '../../../../results/record/schema.ts';

/** The key under which the browser keeps a run. It begins with the date, so that keys sort by age. */
export const keyOf = ({ created, seed }: Pick<RecordBody, 'created' | 'seed'>): string => `${created} ${seed}`;
