/**
 * `npm run screenshots`: pictures of every route in every state, on a phone, a tablet and a desk, light and dark, in
 * `test-artefacts/screenshots/`. To be looked at before a change to the page's looks is done. SHOTS names the states
 * to draw, by a part of `ROUTE: STATE`; without it, all are drawn. `README` draws docs/screenshot.png alone.
 */

import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright';
import { beforeAll, test } from 'vitest';
import { newBrowser, seeAll } from '../e2e/page/opened.ts';
import { servedSite } from '../e2e/page/site.ts';
import { makeProfiles, openState, type PageState, type Profiles, routeAt, STATES } from '../e2e/page/states.ts';

const FOLDER = 'test-artefacts/screenshots';

const SIZES = [
  { width: 390, height: 844 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

const { SHOTS = '' } = process.env;

const site = servedSite();
let profiles: Profiles;

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  profiles = await makeProfiles(site.browser, site.address);
});

const nameOf = ({ route, state }: PageState): string => `${route}-${state.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;

/** Draws the whole page, and waits for its charts, which follow the size of the window. */
async function draw(page: Page, path: string): Promise<void> {
  await seeAll(page);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}

/** The README's picture: the answer of "What if" for some readers, as far as its controls reach. */
test.runIf('README'.includes(SHOTS))('README', async () => {
  const context = await newBrowser(site.browser, { viewport: { width: 1200, height: 1200 } });
  const page = await context.newPage();
  await page.goto(`${routeAt(site.address, 'what-if')}?batch=6`);
  await page.locator('.expected p').first().waitFor();
  const { y = 0, height = 0 } = (await page.locator('.bench').boundingBox()) ?? {};
  const clip = { x: 0, y: 0, width: 1200, height: Math.ceil(y + height + 20) };
  await page.screenshot({ path: 'docs/screenshot.png', fullPage: true, clip });
  await context.close();
});

const asked = STATES.filter(({ route, state }) => `${route}: ${state}`.includes(SHOTS));

test.each(asked)('$route: $state', async (state) => {
  const { page, close } = await openState(profiles, state);
  await seeAll(page);
  await page.waitForLoadState('networkidle');
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await draw(page, `${FOLDER}/${nameOf(state)}-${size.width}-${colorScheme}.png`);
    }
  }
  await close();
});
