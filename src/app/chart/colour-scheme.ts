/** The page's colours as a canvas needs them: read from the style sheet, anew when the person changes the scheme. */

import { signal } from '@preact/signals';

const dark = matchMedia('(prefers-color-scheme: dark)');

const current = () => ({
  colour: (property: string): string => getComputedStyle(document.documentElement).getPropertyValue(property).trim(),
});

export const colourScheme = signal(current());

dark.addEventListener('change', () => {
  colourScheme.value = current();
});
