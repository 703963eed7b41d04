/** The words of a run in the list of runs. Pure. */

import type { ShelfRun } from '../../../shelf/api.ts';
import type { RunFacts } from '../../../shelf/facts.ts';

/** The maximum length of a name, in characters. */
export const MAX_NAME_LENGTH = 80;

/** The run's name, else its GPU's; before that is known, its profile. */
export const titleOf = (run: ShelfRun, facts: RunFacts | undefined): string =>
  run.name || facts?.gpu || `${run.profile} run`;

/** What stands below the title: the GPU, unless the title is its name, and the browser or engine. */
export const aboutOf = (run: ShelfRun, facts: RunFacts | undefined): string =>
  facts ? [...(run.name ? [facts.gpu] : []), facts.host].join(' · ') : '';

export const isUnfinished = ({ done, cases }: ShelfRun): boolean => done < cases;

export interface RunStatus {
  readonly word: string;
  readonly tone: 'good' | 'neutral';
}

export const statusOf = (run: ShelfRun): RunStatus =>
  isUnfinished(run)
    ? { word: `stopped: ${run.done} of ${run.cases}`, tone: 'neutral' }
    : { word: 'whole', tone: 'good' };

/** `quick`, or `full, with llama-3.1-8b` */
export const profileText = ({ profile, models }: ShelfRun): string =>
  models.length > 0 ? `${profile}, with ${models.join(', ')}` : profile;

/** A name as it is kept: without spaces around it, at most `MAX_NAME_LENGTH` characters. */
export const nameFrom = (typed: string): string => [...typed.trim()].slice(0, MAX_NAME_LENGTH).join('').trim();
