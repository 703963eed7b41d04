/** The colours of the page: the system's, or those that a person has chosen, which this browser keeps. */

import { signal } from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark'] as const;

export type Theme = (typeof THEMES)[number];

const KEY = 'hbmark-theme';

const systemIsDark = matchMedia('(prefers-color-scheme: dark)');

/** What the person has chosen. */
export const theme = signal<Theme>(keptTheme());

/** Whether the page is dark now. */
export const dark = signal(false);

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is denied: the choice lasts as long as the page.
  }
  update();
}

function keptTheme(): Theme {
  try {
    return THEMES.find((one) => one === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** The page's colours change before those who draw by them hear of it. */
function update(): void {
  const isDark = theme.value === 'auto' ? systemIsDark.matches : theme.value === 'dark';
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  dark.value = isDark;
}

systemIsDark.addEventListener('change', update);
update();
