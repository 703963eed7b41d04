/** What holds on every route in every state: it fits each width, everybody can use it, and it logs nothing. */

import type { Page } from 'playwright';
import { beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../../../src/app/shell/routes.ts';
import { ALL } from '../../../support/tier.ts';
import { COLOUR_RULES, firstScriptBytes, overflow, PHONE, seeAll, violations } from '../opened.ts';
import { servedSite } from '../site.ts';
import { makeProfiles, openState, type PageState, type Profiles, routeAt, STATES } from '../states.ts';

const site = servedSite();
let profiles: Profiles;

beforeAll(async () => {
  profiles = await makeProfiles(site.browser, site.address);
});

/** The rules whose outcome depends on how wide the window is. */
const WIDTH_RULES = ['color-contrast', 'scrollable-region-focusable', 'target-size'];

/** The step from one width to the next, in px. */
const WIDTH_STEP = ALL ? 16 : 64;

/** How often a page that is wider than its window is looked at again. */
const MAX_LOOKS = 20;

/** The narrowest window, in px. */
const NARROWEST = 320;

/** The widths at which a page is wider than its window, each with what sticks out. */
async function tooNarrow(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (let width = NARROWEST; width <= 1600; width += WIDTH_STEP) {
    await page.setViewportSize({ width, height: 900 });
    if ((await overflow(page)) === 0) continue;
    // Some things, such as a canvas, follow the width by themselves, and later on a busy machine.
    for (let looks = 0; looks < MAX_LOOKS && (await overflow(page)) > 0; looks++) await settled(page);
    if ((await overflow(page)) > 0) found.push(`${width} px: ${(await page.evaluate(stickingOut)).join(' ')}`);
  }
  return found;
}

/** Runs in the page: the beginnings of the elements that reach beyond the window. */
function stickingOut(): string[] {
  return (
    [...document.body.querySelectorAll('*')]
      // What is for screen readers alone is cut off.
      .filter((one) => !one.closest('thead, .visually-hidden'))
      .filter((one) => one.getBoundingClientRect().right > innerWidth + 0.5)
      .map((one) => `<${one.localName} class="${one.getAttribute('class')}"> ${one.textContent?.slice(0, 20)}`)
      .slice(-4)
  );
}

/** Waits until the page has followed a change of its window or its colours. */
const settled = (page: Page) =>
  page.evaluate(async () => {
    for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame);
  });

/** The most that a page may load before it is alive, in bytes by gzip: a third of a second at 1.6 Mbit/s. */
const MAX_FIRST_SCRIPT = 55_000;

test.each(ROUTES.map(({ id }) => id))('%s is alive after a small first script', async (id) => {
  const bytes = await firstScriptBytes(routeAt(site.address, id));
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(MAX_FIRST_SCRIPT);
});

/** Whether a state is the first of its route, which is empty, or one of a browser that keeps runs. */
const isEmptyOrFull = (state: PageState): boolean =>
  state.profile === 'full' || state === STATES.find(({ route }) => route === state.route);

/** Looks at a page in the dark, and in the colours of its system. */
async function inOtherColours(page: Page): Promise<void> {
  await page.emulateMedia({ colorScheme: 'dark' });
  await settled(page);
  expect(await violations(page, COLOUR_RULES)).toEqual([]);
  // One after the other: Chromium leaves a link in the colour of the dark scheme where both change in one frame.
  await page.emulateMedia({ colorScheme: 'light' });
  await settled(page);
  await page.emulateMedia({ forcedColors: 'active' });
  await settled(page);
  expect(await violations(page, COLOUR_RULES)).toEqual([]);
  await page.emulateMedia({ forcedColors: 'none' });
}

test.each(STATES)('$route: $state', async (state) => {
  const { page, complaints, close } = await openState(profiles, state);
  // The charts below are not drawn yet: they are as wide as a canvas is by itself.
  const asOpened = page.viewportSize();
  await page.setViewportSize({ width: NARROWEST, height: 900 });
  await settled(page);
  expect(await overflow(page)).toBe(0);
  if (asOpened) await page.setViewportSize(asOpened);
  await seeAll(page);
  expect(await violations(page)).toEqual([]);
  if (ALL || isEmptyOrFull(state)) await inOtherColours(page);
  await page.setViewportSize(PHONE);
  expect(await violations(page, WIDTH_RULES)).toEqual([]);
  if (isEmptyOrFull(state)) expect(await tooNarrow(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});
