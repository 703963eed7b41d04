/** What a person can do about a label, in the words of the program that ran: by label id. */

import { type Obstacle, stepsFor } from '../machine/help.ts';
import { switchText } from '../machine/integrated.ts';
import { isTerminal, placeOf } from '../machine/place.ts';
import type { RecordBody } from '../record/schema.ts';
import { endedEarly } from './course.ts';

type StepsOf = (record: RecordBody) => readonly string[];

const about =
  (obstacle: Obstacle): StepsOf =>
  ({ host }) =>
    stepsFor(obstacle, placeOf(host));

/** How to come to the rest of a run that ended early. The page that a terminal drives keeps no runs. */
function restOf(record: RecordBody): readonly string[] {
  const inTerminal = isTerminal(placeOf(record.host));
  const more = inTerminal
    ? '--profile full, or more seconds with --budget'
    : 'choose the profile “full”, or set budget=SECONDS in the page’s address';
  return [
    inTerminal
      ? 'Resume this run for the rest: name its file with --resume.'
      : 'If the run is listed under “Kept runs”, resume it there for the rest.',
    endedEarly(record)?.kind === 'out-of-time' ? `Or give the next run more time: ${more}.` : 'Or run again.',
  ];
}

/** Labels that nothing can be done about have none. */
const STEPS: Readonly<Record<string, StepsOf>> = {
  'software-adapter': about('no-adapter'),
  'unknown-adapter': () => [
    'Set privacy.resistFingerprinting to false in about:config, start Firefox again, and run again.',
    'Or name the GPU: under Options before a run, or on the page of its result.',
  ],
  'queue-drain-clock': about('no-timestamps'),
  'coarse-clock': about('coarse-clock'),
  'nothing-measured': about('coarse-clock'),
  'less-memory': about('memory'),
  incomplete: restOf,
  'below-peak': ({ host }) => [
    'Plug the machine in, close other programs, update the graphics driver, and run again.',
    `If the machine has another GPU that should have run, ${switchText(placeOf(host))}`,
  ],
};

/** The steps that help, in the order in which to try them; empty where there are none. */
export const stepsOfLabel = (id: string, record: RecordBody): readonly string[] => STEPS[id]?.(record) ?? [];

/** The ids of labels with steps. */
export const LABELS_WITH_STEPS: readonly string[] = Object.keys(STEPS);
