/** Builds layers/ with the system's C compiler. */

import { execFileSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LAYERS = fileURLToPath(new URL('layers/', import.meta.url));

/** The headers of libdrm, where Debian has them. */
const DRM_HEADERS = '/usr/include/libdrm';

export const FAKES = ['fakei915', 'fakenouveau'] as const;

/** Builds the Vulkan layer and the fake kernel drivers into `folder`. @throws Error with what the C compiler said */
export function buildLayers(folder: string): void {
  for (const name of ['nullgpu', ...FAKES]) {
    const flags = ['-O1', '-Wall', '-Werror', '-shared', '-fPIC', `-I${DRM_HEADERS}`];
    execFileSync('gcc', [...flags, join(LAYERS, `${name}.c`), '-o', join(folder, `${name}.so`), '-ldl']);
  }
  copyFileSync(join(LAYERS, 'nullgpu.json'), join(folder, 'nullgpu.json'));
}
