/** Programs and systems as the collection names them. Pure. */

import { isProgram, isSystem, programName, systemName } from '../../../../results/machine/place.ts';

/** A program by its name. One that this page does not know comes from a newer one, and is shown as it is. */
export function programText(program: string): string {
  if (program === 'unknown') return 'another program';
  return isProgram(program) ? programName({ program }) : program;
}

export function systemText(system: string): string {
  if (system === 'unknown') return 'another system';
  return isSystem(system) ? systemName({ system }) : system;
}
