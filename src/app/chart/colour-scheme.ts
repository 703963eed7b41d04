/** The page's colours, as a canvas needs them. Changes when the page turns dark or light. */

import { computed } from '@preact/signals';
import { dark } from '../shell/theme.ts';

export const colourScheme = computed(() => ({
  dark: dark.value,
  /** The value of a CSS custom property. */
  colour: (property: string): string => getComputedStyle(document.documentElement).getPropertyValue(property).trim(),
}));
