/** What a person can do about a label, in the words of the program that ran: by label id. */

import { type Obstacle, stepsFor } from '../machine/help.ts';
import { switchText } from '../machine/integrated.ts';
import { placeOf } from '../machine/place.ts';
import type { RecordBody } from '../schema.ts';

type StepsOf = (record: RecordBody) => readonly string[];

const about =
  (obstacle: Obstacle): StepsOf =>
  ({ host }) =>
    stepsFor(obstacle, placeOf(host));

/** Labels that nothing can be done about have none. */
const STEPS: Readonly<Record<string, StepsOf>> = {
  'software-adapter': about('no-adapter'),
  'unknown-adapter': () => [
    'Set privacy.resistFingerprinting to false in about:config, start Firefox again, and run again.',
    'Or name the GPU under Options.',
  ],
  'queue-drain-clock': about('no-timestamps'),
  'coarse-clock': about('coarse-clock'),
  'nothing-measured': about('coarse-clock'),
  'less-memory': about('memory'),
  'below-peak': ({ host }) => [
    'Plug the machine in, close other programs, update the graphics driver, and run again.',
    `If the machine has another GPU that should have run, ${switchText(placeOf(host))}`,
  ],
};

/** The steps that help, in the order in which to try them; empty where there are none. */
export const stepsOfLabel = (id: string, record: RecordBody): readonly string[] => STEPS[id]?.(record) ?? [];

/** The ids of labels with steps. */
export const LABELS_WITH_STEPS: readonly string[] = Object.keys(STEPS);
