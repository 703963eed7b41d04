/** The machine of a record in a few words. */

import { adapterName, isSoftware, softwareName } from '../../../results/machine/identity.ts';
import type { RunRecord } from '../../../results/record/schema.ts';

/** The GPU: by its owner's name if there is one, else by what the browser says. */
export function machineText({ adapter, reported }: Pick<RunRecord, 'adapter' | 'reported'>): string {
  if (isSoftware(adapter)) return softwareName(adapter) || 'Unnamed adapter';
  return reported.gpu || adapterName(adapter) || 'Unnamed adapter';
}
