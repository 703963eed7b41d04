/** `#host` in a browser is the page's own WebGPU. */

import type { Host } from '../../../harness/host.ts';
import { browserInfo } from '../../../src/app/engine/browser.ts';
import { pauseHere } from '../../../src/app/engine/interruptions/pause.ts';

export async function testHost(): Promise<Host> {
  if (!navigator.gpu) throw new Error('start Chromium with --enable-unsafe-webgpu: navigator.gpu is missing');
  return {
    gpu: navigator.gpu,
    info: browserInfo(navigator),
    now: () => performance.now(),
    date: () => new Date().toISOString(),
    pause: pauseHere(),
  };
}
