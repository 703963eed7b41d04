/**
 * The page's colours, as a canvas needs them. Changes when the page turns dark or light, and when the system takes over
 * its colours (forced colours).
 */

import { computed, signal } from '@preact/signals';
import { dark } from '../../shell/theme.ts';

const forcedColours = matchMedia('(forced-colors: active)');
const forced = signal(forcedColours.matches);
forcedColours.addEventListener('change', () => {
  forced.value = forcedColours.matches;
});

export const colourScheme = computed(() => {
  /** Colours by their properties: finding one out makes the browser compute styles. */
  const known = new Map<string, string>();
  const found = (property: string): string => {
    const value = getComputedStyle(document.documentElement).getPropertyValue(property).trim();
    return forced.value ? inSystemColours(value) : value;
  };
  return {
    dark: dark.value,
    forced: forced.value,
    /** The value of a CSS custom property. */
    colour(property: string): string {
      const colour = known.get(property) ?? found(property);
      known.set(property, colour);
      return colour;
    },
  };
});

/** `CanvasText` → `rgb(255, 255, 255)`: a canvas does not know which colours the system has chosen for the page. */
function inSystemColours(value: string): string {
  if (!CSS.supports('color', value)) return value;
  const probe = document.createElement('span');
  probe.style.color = value;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
