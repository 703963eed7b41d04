/** What must hold before WebGPU can be asked for anything; pure, so that every browser can be tried in a test. */

import type { PageError } from '../errors/page-error.ts';

export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly hasWebGpu: boolean;
  readonly origin: string;
}

/** Why nothing can be measured here, or undefined where it can be tried. */
export function obstacle({ isSecureContext, hasWebGpu, origin }: Surroundings): PageError | undefined {
  if (!isSecureContext) {
    return {
      code: 'insecure-origin',
      message: `WebGPU needs HTTPS or localhost; this page came from ${origin}.`,
    };
  }
  if (!hasWebGpu) {
    return { code: 'no-webgpu', message: 'This browser has no WebGPU, or has it switched off.' };
  }
  return undefined;
}
