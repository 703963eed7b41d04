/**
 * The title of each error's card, and the steps that help: those of the browser that the page is open in. The error's
 * message says what was met.
 */

import { stepsFor } from '../../../../results/machine/help.ts';
import { type Place, programName } from '../../../../results/machine/place.ts';
import { GO_ON, UNUSABLE } from '../address/words.ts';
import type { PageErrorCode } from './page-error.ts';

export interface Advice {
  readonly title: string;
  readonly steps: readonly string[];
}

type AdviceIn = (place: Place) => Advice;

/** Advice that is the same in every browser. */
const always =
  (title: string, ...steps: readonly string[]): AdviceIn =>
  () => ({ title, steps });

export const ADVICE: Readonly<Record<PageErrorCode, AdviceIn>> = {
  'insecure-origin': always(
    'This page is not on a secure origin',
    'On the machine that serves it: open http://localhost with the same port.',
    'From another machine: forward the port (ssh -L 4173:localhost:4173 host) and open http://localhost:4173.',
    'For everyone: serve it over HTTPS.',
  ),
  'no-webgpu': (place) => ({ title: 'No WebGPU in this browser', steps: stepsFor('no-webgpu', place) }),
  'no-adapter': (place) => ({ title: 'No GPU adapter', steps: stepsFor('no-adapter', place) }),
  'no-device': (place) => ({
    title: 'The GPU cannot be used now',
    steps: [
      'Close other programs and tabs that use the GPU.',
      `Load the page again and run again; if that does not help, start ${programName(place)} again.`,
    ],
  }),
  'device-lost': (place) => ({
    title: 'The GPU was lost',
    steps: [
      'Reload the page and run again.',
      ...(place.system === 'ios' || place.system === 'android'
        ? ['Close all other tabs and apps, and give the run less memory under “Options”.']
        : ['Update the graphics driver, and close other programs that use the GPU.']),
    ],
  }),
  'out-of-memory': (place) => ({ title: 'Not enough GPU memory', steps: stepsFor('memory', place) }),
  'page-ended': always(
    'The last run ended the page',
    'Close other tabs and programs, which share the memory, and run again: the run takes no more than was survived.',
    'To try more, write a size under “Options”, or let runs use as much as before.',
  ),
  'storage-full': always(
    'A run is not kept: the browser’s storage is full',
    'Save the run as a file, before this page is closed or reloaded.',
    'To make room, forget older runs under “Kept runs” once this one has ended, or free space on the disk.',
  ),
  'storage-denied': always(
    'A run is not kept: the browser has no storage for this page',
    'Save the run as a file, before this page is closed or reloaded.',
    'To have runs kept, leave the private window, or allow this page to store data.',
  ),
  'unusable-options': always('These options cannot be run', 'Change the options as the message says, and run again.'),
  'unknown-parameter': always(UNUSABLE, GO_ON),
  'unusable-file': always(
    'This file was not used',
    'For a model, give its config.json, .gguf, or .safetensors with its config.json. What you had chosen still holds.',
  ),
  cancelled: always('Cancelled', 'Run again when you like.'),
  unexpected: always(
    'Something went wrong',
    'Reload the page and run again.',
    'If it happens again, report it with the message above.',
  ),
};
