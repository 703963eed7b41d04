/** What WebGPU needs before anything can be measured. Pure, so that a test can play any browser. */

import type { PageError } from '../shell/errors/page-error.ts';

export interface Surroundings {
  readonly isSecureContext: boolean;
  readonly hasWebGpu: boolean;
  readonly origin: string;
}

/** The reason that nothing can be measured here. Undefined: nothing stands in the way. */
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
