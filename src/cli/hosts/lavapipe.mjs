/**
 * Mesa's lavapipe: Vulkan on the CPU, with which Dawn, Firefox and Deno run where there is no GPU. It is plain
 * JavaScript, because the gate looks for it before anything is built.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DRIVERS = ['lvp_icd.json', 'lvp_icd.x86_64.json', 'lvp_icd.aarch64.json'].map((name) =>
  join('/usr/share/vulkan/icd.d', name),
);

/** @returns {string | undefined} the Vulkan driver file of lavapipe, if it is installed */
export const lavapipeDriver = () => DRIVERS.find(existsSync);
