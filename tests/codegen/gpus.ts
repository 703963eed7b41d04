/** The GPUs that kernels are compiled for. None is there: layers/ is in their place. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Vendor } from '../../shaders/kernel.ts';

export interface Gpu<V = Vendor | 'nvidia'> {
  readonly id: string;
  readonly name: string;
  readonly vendor: V;
  /** The fake of its kernel driver: a file of layers/ without its ending. RADV needs none. */
  readonly fake?: string;
  /** The environment that says which GPU it is. */
  readonly env: Readonly<Record<string, string>>;
}

const intel = (id: string, name: string, env: Readonly<Record<string, string>>): Gpu<Vendor> => ({
  id,
  name,
  vendor: 'intel',
  fake: 'fakei915',
  env: { FAKE_DEVICE: id, ...env },
});

const amd = (id: string, name: string): Gpu<Vendor> => ({ id, name, vendor: 'amd', env: { RADV_FORCE_FAMILY: id } });

/** The GPUs of the gate. */
export const GPUS: readonly Gpu<Vendor>[] = [
  amd('navi31', 'Radeon RX 7900 (RDNA 3)'),
  intel('9a49', 'Iris Xe of Tiger Lake (Xe-LP)', { FAKE_SLICES: '1', FAKE_SUBSLICES: '6', FAKE_EUS: '16' }),
  amd('gfx1201', 'Radeon RX 9070 (RDNA 4)'),
  intel('56a0', 'Arc A770 (Xe-HPG)', {
    FAKE_LOCAL: '1',
    FAKE_SLICES: '8',
    FAKE_SUBSLICES: '4',
    FAKE_EUS: '16',
  }),
];

/** NVIDIA's, by Mesa's compiler and not the vendor's: for the table only. */
export const RTX_4090: Gpu = {
  id: '4090',
  name: 'GeForce RTX 4090 (Ada)',
  vendor: 'nvidia',
  fake: 'fakenouveau',
  // NVK writes bounds checks out, component by component; the vendor's driver has hardware for them.
  env: {
    FAKE_DEVICE: '2684',
    FAKE_CHIPSET: '192',
    FAKE_CLASS: 'c9',
    NULLGPU_UNCHECKED: '1',
    NVK_I_WANT_A_BROKEN_VULKAN_DRIVER: '1',
  },
};

const DRIVERS = '/usr/share/vulkan/icd.d';
const DRIVER_NAMES = { amd: 'radeon', intel: 'intel' };

/** Returns the Vulkan driver file of Mesa for a vendor's GPUs. @throws Error if it is not installed */
export function driverOf(vendor: Vendor): string {
  const name = DRIVER_NAMES[vendor];
  const found = [`${name}_icd.json`, `${name}_icd.x86_64.json`]
    .map((file) => join(DRIVERS, file))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `Mesa's Vulkan drivers must be installed (on Debian, package mesa-vulkan-drivers); ${DRIVERS} has no ${name}_icd.json`,
  );
}
