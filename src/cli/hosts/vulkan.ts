/** The environment that Mesa's Vulkan drivers need of a process. */

import { tmpdir } from 'node:os';
import { HarnessError } from '../../../harness/errors.ts';
import { lavapipeDriver } from './lavapipe.mjs';

/** What `--adapter` can name where a host runs on Vulkan: lavapipe instead of the machine's GPU. */
export const LAVAPIPE = 'lavapipe';

/**
 * Returns the environment of a process that a host starts, on its own choice of adapter, or on lavapipe.
 *
 * @throws HarnessError, with what to install, if there is no lavapipe
 */
export function vulkanEnvironment(adapter: string | undefined): NodeJS.ProcessEnv {
  return {
    ...process.env,
    XDG_RUNTIME_DIR: runtimeFolder(),
    ...(adapter === LAVAPIPE && lavapipeEnvironment(requireLavapipe())),
  };
}

/**
 * Returns the folder of XDG_RUNTIME_DIR, or one in its place. Without it, libwayland, which Mesa's Vulkan drivers load,
 * complains on stderr (https://github.com/KhronosGroup/Vulkan-Tools/issues/721). Mesa 25.0.7 starts quietly without it:
 * delete this when tools/adapters.mjs asks for at least that.
 */
export const runtimeFolder = (): string => process.env.XDG_RUNTIME_DIR ?? tmpdir();

/** Returns the environment in which Vulkan has this driver and no other. */
export const lavapipeEnvironment = (driver: string): NodeJS.ProcessEnv => ({
  VK_DRIVER_FILES: driver,
  // Without a Vulkan driver, wgpu in Deno would take OpenGL.
  DENO_WEBGPU_BACKEND: 'vulkan',
});

function requireLavapipe(): string {
  const driver = lavapipeDriver();
  if (driver !== undefined) return driver;
  throw new HarnessError(
    'no-adapter',
    "install Mesa's lavapipe (on Debian: apt-get install mesa-vulkan-drivers): its driver was not found here",
  );
}
