/**
 * The gallery in Chromium: every card, chart, label and error of the page is drawn, in every state that it has. With
 * `HBMARK_PICTURES=1` its screenshots in `test-artefacts/` show at a glance what a change did to the page's looks.
 */

import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LABEL_IDS } from '../../../../results/labels/index.ts';
import { ADVICE } from '../../../../src/app/shell/errors/advice.ts';
import { ALL } from '../../../support/tier.ts';
import { chartTests } from './gallery-charts.ts';
import { type Gallery, openGallery, seeCharts } from './gallery-page.ts';

const ARTEFACTS = 'test-artefacts';
const PICTURES = process.env.HBMARK_PICTURES !== undefined;

let gallery: Gallery;
let page: Page;

beforeAll(async () => {
  gallery = await openGallery();
  page = gallery.page;
  await mkdir(ARTEFACTS, { recursive: true });
});

afterAll(() => gallery?.close());

/** Returns what each item shows, and what it says to a screen reader. */
const items = () =>
  page.locator('[data-item]').evaluateAll((all) => {
    // Charts are read from a copy: Chromium warns about a canvas that is read more than once.
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const isBlank = (canvas: HTMLCanvasElement) => {
      if (!copy) throw new Error('this browser draws no canvas');
      Object.assign(copy.canvas, { width: canvas.width, height: canvas.height });
      copy.drawImage(canvas, 0, 0);
      return !copy.getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value !== 0);
    };
    return all.map((item) => {
      const box = item.querySelector<HTMLElement>('.box');
      if (!box) throw new Error(`${item.id} has no box`);
      const said = ['aria-label', 'title', 'placeholder'].flatMap((name) =>
        [...box.querySelectorAll(`[${name}]`)].map((element) => element.getAttribute(name) ?? ''),
      );
      return {
        id: item.id,
        isEmpty: item.getAttribute('data-empty') === 'true',
        height: box.getBoundingClientRect().height,
        isCut: box.scrollWidth > box.clientWidth,
        text: [box.innerText, ...said].join('\n').trim(),
        isBlank: [...box.querySelectorAll('canvas')].some(isBlank),
      };
    });
  });

type Item = Awaited<ReturnType<typeof items>>[number];

const idsOf = async (are: (item: Item) => boolean) => (await items()).filter(are).map(({ id }) => id);

const LOOKS = [
  { look: 'wide-light', width: 1520, colorScheme: 'light' },
  { look: 'wide-dark', width: 1520, colorScheme: 'dark' },
  { look: 'tablet', width: 800, colorScheme: 'light' },
  { look: 'phone', width: 390, colorScheme: 'light' },
  { look: 'forced-colours', width: 800, colorScheme: 'dark', forcedColors: 'active' },
] as const;

/** In the gate those that differ most. */
const looks = LOOKS.filter(({ look }) => ALL || !['wide-dark', 'tablet'].includes(look));

test.each(looks)('every item is drawn, and none is cut: $look', async ({ look, width, ...colours }) => {
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ forcedColors: 'none', ...colours });
  if (look === LOOKS[0].look) await seeCharts(page);
  const unfinished = () => idsOf(({ isBlank, isCut }) => isBlank || isCut);
  await expect.poll(unfinished).toEqual([]);
  expect(await idsOf(({ isEmpty, height, text }) => isEmpty !== (height === 0 || text === ''))).toEqual([]);
  // Pictures are for people: they take longer than all else here.
  for (const group of PICTURES ? await page.locator('[data-group]').all() : []) {
    await group.screenshot({ path: `${ARTEFACTS}/gallery-${await group.getAttribute('id')}-${look}.png` });
  }
});

test('items have ids of their own, and show no broken value', async () => {
  const all = await items();
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const broken = /NaN|undefined|Infinity|\[object/;
  expect(all.filter(({ text }) => broken.test(text)).map(({ id, text }) => `${id}: ${text}`)).toEqual([]);
});

test('every label, error, verdict and status is in the gallery', async () => {
  const shown = (selector: string, attribute: string) =>
    page
      .locator(selector)
      .evaluateAll((all, name) => [...new Set(all.map((one) => one.getAttribute(name)))].sort(), attribute);
  expect(await shown('li[data-label]', 'data-label')).toEqual([...LABEL_IDS].sort());
  expect(await shown('[data-code]', 'data-code')).toEqual(Object.keys(ADVICE).sort());
  expect(await shown('[data-verdict]', 'data-verdict')).toEqual(['fails', 'holds', 'undecided']);
  expect(await shown('[data-plan]', 'data-plan')).toEqual(['fits', 'refused']);
  const statuses = ['failed', 'measured', 'skipped', 'waiting', 'wrong'];
  expect(await shown('[data-status]', 'data-status')).toEqual(statuses);
  expect(await shown('[data-step]', 'data-step')).toEqual(statuses);
});

describe('charts', () => chartTests(() => page));

test('it logged nothing', () => {
  expect(gallery.complaints).toEqual([]);
});
