/** The title of each error's card, and the steps that help. The error's message says what was met. */

import type { PageErrorCode } from './page-error.ts';

export interface Advice {
  readonly title: string;
  readonly steps: readonly string[];
}

/**
 * Browsers with WebGPU, as of late 2025 (https://github.com/gpuweb/gpuweb/wiki/Implementation-Status). Browsers change,
 * so the steps also name the switches to look for.
 */
const WEBGPU_BROWSERS: readonly string[] = [
  'Chrome or Edge: 113 or newer on Windows, macOS and ChromeOS, 121 or newer on Android 12 and up.',
  'Chrome or Edge on Linux: switch on chrome://flags/#enable-unsafe-webgpu and #enable-vulkan, then relaunch.',
  'Safari: 26 or newer on macOS, iOS and iPadOS.',
  'Firefox: 141 or newer on Windows, 145 or newer on Macs with Apple silicon; elsewhere set dom.webgpu.enabled in about:config.',
];

export const ADVICE: Readonly<Record<PageErrorCode, Advice>> = {
  'insecure-origin': {
    title: 'This page is not on a secure origin',
    steps: [
      'On the machine that serves it: open http://localhost with the same port.',
      'From another machine: forward the port (ssh -L 4173:localhost:4173 host) and open http://localhost:4173.',
      'For everyone: serve it over HTTPS.',
    ],
  },
  'no-webgpu': { title: 'No WebGPU in this browser', steps: WEBGPU_BROWSERS },
  'no-adapter': {
    title: 'No GPU adapter',
    steps: [
      'Switch on hardware acceleration in the browser’s settings (System), then relaunch.',
      'Update the graphics driver.',
      'Chrome on Linux: switch on chrome://flags/#enable-unsafe-webgpu and #enable-vulkan, then relaunch.',
      'Open chrome://gpu (Firefox: about:support) and look for WebGPU: the page says why the GPU is refused.',
    ],
  },
  'no-device': {
    title: 'The GPU cannot be used now',
    steps: ['Close other programs and tabs that use the GPU.', 'Reload the page and run again.'],
  },
  'device-lost': {
    title: 'The GPU was lost',
    steps: ['Reload the page and run again.', 'Update the graphics driver, and close other programs that use the GPU.'],
  },
  'out-of-memory': {
    title: 'Not enough GPU memory',
    steps: ['Close other programs that use the GPU.', 'Give the run less memory under “Options”, and run again.'],
  },
  'page-ended': {
    title: 'The last run ended the page',
    steps: [
      'Close other tabs and programs, which share the memory, and run again: the run takes no more than was survived.',
      'To try more, write a size under “Options”, or let runs use as much as before.',
    ],
  },
  'unusable-options': {
    title: 'These options cannot be run',
    steps: ['Change the options as the message says, and run again.'],
  },
  'unknown-parameter': {
    title: 'The address has parameters that cannot be used',
    steps: ['Correct them in the address bar and reload. Until then, the defaults apply and nothing starts by itself.'],
  },
  cancelled: {
    title: 'Cancelled',
    steps: ['Run again when you like.'],
  },
  unexpected: {
    title: 'Something went wrong',
    steps: ['Reload the page and run again.', 'If it happens again, report it with the message above.'],
  },
};
