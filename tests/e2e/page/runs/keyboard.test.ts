/** A run by keyboard alone, from opening the page to its record, while the window changes its size. */

import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { keepRun, LAVAPIPE, SWIFTSHADER, unfinished, unnamed, whole } from '../kept.ts';
import { newBrowser, PHONE } from '../opened.ts';
import { expectWhole, SHORT_RUN, watched } from '../reports.ts';
import { servedSite } from '../site.ts';
import { routeAt } from '../states.ts';

const SIZES = [PHONE, { width: 768, height: 1024 }, { width: 1440, height: 900 }];

/** More presses of Tab than a page has places to stop at. */
const MAX_STOPS = 200;

const site = servedSite();

/** Runs in each document before the page: notes what had the focus when it was lost for longer than some frames. */
function watchFocus(): void {
  const lost: string[] = [];
  let [last, frames] = ['', 0];
  const look = () => {
    const { activeElement } = document;
    if (activeElement && activeElement !== document.body) [last, frames] = [activeElement.outerHTML.slice(0, 200), 0];
    else if (last !== '' && ++frames === 10) lost.push(last);
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  Object.assign(globalThis, { lostFocus: lost });
}

/** What had the focus when it was lost, since the page was loaded. */
const lostFocus = (page: Page): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'lostFocus'));

/** Opens a page that watches its focus. */
async function open(profile?: (page: Page) => Promise<unknown>): Promise<Page> {
  const page = await (await newBrowser(site.browser, { viewport: PHONE })).newPage();
  if (profile) {
    await page.goto(routeAt(site.address, 'method'));
    await profile(page);
  }
  await page.addInitScript(watchFocus);
  return page;
}

const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement } = document;
    if (activeElement === document.body) return '';
    return (
      activeElement?.getAttribute('aria-label') ?? (activeElement instanceof HTMLElement ? activeElement.innerText : '')
    );
  });

/** Presses a key until what is called so has the focus. */
async function goTo(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const met: string[] = [];
  for (let stop = 0; stop < MAX_STOPS; stop++) {
    const now = (await focused(page)).trim();
    if (typeof name === 'string' ? now === name : name.test(now)) return;
    met.push(now);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} leads to ${name} nowhere: ${[...new Set(met)].join(' | ')}`);
}

async function press(page: Page, name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await goTo(page, name, key);
  await page.keyboard.press('Enter');
}

/** Runs in the page: scrolls, and says what of the strip cannot be seen. Null: there is no strip. */
async function unseen(share: number): Promise<string[] | null> {
  scrollTo({ top: share * document.documentElement.scrollHeight, behavior: 'instant' });
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  const strip = document.querySelector('.run-strip');
  const cancel = [...(strip?.querySelectorAll('button') ?? [])].at(-1);
  const progress = strip?.querySelector('progress');
  if (!cancel || !progress) return null;
  return [cancel, progress].flatMap((one) => {
    const { left, right, top, bottom } = one.getBoundingClientRect();
    const isInside = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
    const met = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    if (isInside && met && one.contains(met)) return [];
    return [`${one.localName} at ${left}, ${top} to ${right}, ${bottom} of ${innerWidth} × ${innerHeight}`];
  });
}

/** Looks at the strip in each size and at each place of the page, until the run has ended. */
async function watchStrip(page: Page): Promise<{ looks: number; faults: string[] }> {
  const faults: string[] = [];
  let looks = 0;
  for (;;) {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const share of [0, 0.5, 1]) {
        const found = await page.evaluate(unseen, share);
        if (found === null) return { looks, faults: [...new Set(faults)] };
        faults.push(...found);
        looks++;
      }
    }
  }
}

test('a run is started, paused, ended, continued and saved, and its progress never leaves the window', async () => {
  const page = await open();
  const reports = await watched(page, site.address + SHORT_RUN);
  await page.getByText('google swiftshader', { exact: true }).waitFor();
  await press(page, 'Run');
  await reports.measured(1, 1);
  expect(await focused(page)).toBe('Cancel');
  await press(page, 'Pause', 'Shift+Tab');
  await page.locator('.run-strip').getByText('Paused').waitFor();
  await press(page, 'Go on');
  await reports.measured(2, 1);
  await press(page, 'Cancel');
  await reports.record();
  await press(page, 'Continue');
  const { looks, faults } = await watchStrip(page);
  expect(faults).toEqual([]);
  expect(looks).toBeGreaterThan(3 * SIZES.length);
  expectWhole(await reports.record());
  const saved = page.waitForEvent('download');
  await press(page, 'Download record');
  await saved;
  expect(await lostFocus(page)).toEqual([]);
  await page.context().close();
});

test('kept runs are shown and forgotten, and the focus is never lost', async () => {
  const page = await open(async (page) => {
    for (const run of [whole(LAVAPIPE), unfinished(SWIFTSHADER)]) await keepRun(page, run);
  });
  await page.goto(site.address);
  await page.locator('[data-offer]').waitFor();
  await press(page, 'Not now');
  await page.locator('[data-offer]').waitFor({ state: 'detached' });
  await press(page, /^Decode a whole model/);
  await page.locator('select[name="decode"]').waitFor();
  await page.keyboard.press('Enter');
  await page.locator('select[name="decode"]').waitFor({ state: 'detached' });
  await press(page, /^Show the run of/);
  await page.getByRole('button', { name: 'Download record' }).waitFor();
  await press(page, /^Forget the run of/);
  await expect.poll(() => page.getByRole('button', { name: /^Forget/ }).count()).toBe(0);
  await press(page, /^(Run again|Download record)$/, 'Shift+Tab');
  expect(await lostFocus(page)).toEqual([]);
  await page.context().close();
});

test('a result is opened, kept and named, and the focus is never lost', async () => {
  const page = await open();
  await page.goto(routeAt(site.address, 'result'));
  await page.getByRole('button', { name: 'Open a record' }).waitFor();
  const chosen = page.waitForEvent('filechooser');
  await press(page, /^Open a record/);
  const buffer = Buffer.from(JSON.stringify(unnamed()));
  await (await chosen).setFiles({ name: 'run.json', mimeType: 'application/json', buffer });
  await page.getByRole('tablist').waitFor();
  await press(page, 'Keep in this browser');
  await page.getByText('Kept. It is in History now.').waitFor();
  await expect.poll(() => focused(page)).toBe('Compare');
  await press(page, 'Name the GPU', 'Shift+Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('RTX 4090');
  await page.keyboard.press('Enter');
  await page.getByText('The GPU is called RTX 4090 now.').waitFor();
  // The figures are worked out anew.
  await page.getByText('Change the GPU’s name').waitFor();
  await press(page, 'Change the GPU’s name');
  expect(await lostFocus(page)).toEqual([]);
  await page.context().close();
});

test('compared runs change places and go, and the focus is never lost', async () => {
  const keys: string[] = [];
  const page = await open(async (page) => {
    for (const run of [whole(LAVAPIPE), whole(SWIFTSHADER)]) keys.push(await keepRun(page, run));
  });
  const [a = '', b = ''] = keys;
  await page.goto(`${routeAt(site.address, 'compare')}?${new URLSearchParams({ a, b })}`);
  await page.locator('[data-ratio-headline]').waitFor();
  await press(page, /^Make it A: B/);
  await expect.poll(() => new URL(page.url()).searchParams.get('a')).toBe(b);
  await press(page, /^Remove B/);
  await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(1);
  await press(page, /^Remove A/);
  await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(0);
  expect(await lostFocus(page)).toEqual([]);
  await page.context().close();
});

/** Runs in the page: how high all of it is, in pixels. */
const heightOf = () => document.documentElement.scrollHeight;

/** Runs in the page: what has the focus, if the strip or the banner lies over some of it or it is out of view. */
function hiddenFocus(): string | undefined {
  const { activeElement } = document;
  if (!activeElement || activeElement === document.body || activeElement.closest('.run-strip')) return undefined;
  const { top, bottom } = activeElement.getBoundingClientRect();
  // What is as high as the window is in view anyhow, and what is for screen readers alone is not to be seen.
  if (bottom - top > innerHeight / 2 || bottom - top < 2) return undefined;
  const over = [...document.querySelectorAll('.run-strip, .software-banner')].map((one) => one.getBoundingClientRect());
  const isCovered = over.some((one) => Math.min(bottom, one.bottom) - Math.max(top, one.top) > 0.5);
  if (!isCovered && top >= -0.5 && bottom <= innerHeight + 0.5) return undefined;
  return `${activeElement.outerHTML.slice(0, 80)} at ${top} to ${bottom} of ${innerHeight}`;
}

test('in a low window neither strip nor banner lies over what has the focus, nor over Run on a phone', async () => {
  const page = await open();
  await page.goto(site.address);
  await page.locator('.software-banner').waitFor();
  const hidden = new Set<string>();
  const tabThrough = async () => {
    for (const size of [
      PHONE,
      { width: 390, height: 500 },
      { width: 1440, height: 400 },
      { width: 320, height: 256 },
    ]) {
      await page.setViewportSize(size);
      for (const key of ['Tab', 'Shift+Tab']) {
        for (let stop = 0; stop < 25; stop++) {
          const height = await page.evaluate(heightOf);
          await page.keyboard.press(key);
          // The page scrolls to what gets the focus before the next frame.
          const found = await page.evaluate(hiddenFocus);
          // What was in view when it got the focus may be moved by a figure that arrives: a pause lets a step end.
          if (found && (await page.evaluate(heightOf)) === height)
            hidden.add(`${size.width} × ${size.height}, ${key}: ${found}`);
        }
      }
    }
  };
  await page.setViewportSize(PHONE);
  const [run, banner] = await Promise.all(
    [page.getByRole('button', { name: 'Run', exact: true }), page.locator('.software-banner')].map((one) =>
      one.boundingBox(),
    ),
  );
  expect((run?.y ?? 0) + (run?.height ?? 0)).toBeLessThanOrEqual(banner?.y ?? 0);
  await page.goto(site.address + SHORT_RUN);
  await page.locator('.software-banner').waitFor();
  await tabThrough();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('tr[data-status="measured"]').first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await tabThrough();
  expect([...hidden]).toEqual([]);
  await page.context().close();
});
