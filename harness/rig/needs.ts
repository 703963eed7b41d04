/** The memory that a run of some kernels is going to use on an adapter. It can be said before a device is opened. */

import type { AdapterInfo } from '../../results/record/schema.ts';
import type { Kernel } from '../../shaders/kernel.ts';
import { type MemoryWishes, memoryNeeds } from '../device/budget.ts';
import type { Host } from '../host.ts';
import type { MemoryNeeds } from '../memory-needs.ts';
import type { Profile } from '../profiles.ts';
import { sidePools } from '../sampling/plan.ts';

export interface RunWishes extends Omit<MemoryWishes, 'side'> {
  readonly profile: Profile;
  /** The kernels that are measured. */
  readonly kernels: readonly Kernel[];
}

export function runNeeds(
  { info, systemMemoryBytes }: Pick<Host, 'info' | 'systemMemoryBytes'>,
  adapter: AdapterInfo,
  { kernels, ...wishes }: RunWishes,
): MemoryNeeds {
  const side = sidePools(kernels, wishes.profile.breadth);
  return memoryNeeds({ adapter, host: info, systemMemoryBytes }, { ...wishes, side });
}
