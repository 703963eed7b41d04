/** The page's colours, as a canvas needs them. Changes when the person changes the colour scheme. */

import { signal } from '@preact/signals';

const dark = matchMedia('(prefers-color-scheme: dark)');

const current = () => ({
  /** The value of a CSS custom property. */
  colour: (property: string): string => getComputedStyle(document.documentElement).getPropertyValue(property).trim(),
});

export const colourScheme = signal(current());

dark.addEventListener('change', () => {
  colourScheme.value = current();
});
