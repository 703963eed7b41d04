/** Tests of the gallery's charts: stepped through by keys, read as tables, saved, and in the system's colours. */

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALL } from '../../../support/tier.ts';
import { seeCharts } from './gallery-page.ts';

/** Declares the tests. @param opened the page of the gallery, once it is open */
export function chartTests(opened: () => Page): void {
  let page: Page;

  beforeAll(async () => {
    page = opened();
    await page.setViewportSize({ width: 1000, height: 900 });
    await seeCharts(page);
  });

  /** An item of the gallery with a chart. */
  const item = (id: string): Locator => page.locator(`[id="${id}"]`);
  const picture = (of: Locator) => of.getByRole('application').first();
  const line = (of: Locator) => of.locator('.point-line').first();

  /** The text of the line once it is another than it was. */
  async function told(of: Locator, key: string): Promise<string> {
    const before = await line(of).innerText();
    await page.keyboard.press(key);
    await expect.poll(() => line(of).innerText()).not.toBe(before);
    return line(of).innerText();
  }

  /** The middle of the ring, as a share of the picture's width and height. */
  const ring = (of: Locator) =>
    picture(of).evaluate((frame) => {
      const [outer, inner] = [frame, frame.querySelector('.picked')].map((one) => one?.getBoundingClientRect());
      if (!outer || !inner) return undefined;
      return {
        x: (inner.x + inner.width / 2 - outer.x) / outer.width,
        y: (inner.y + inner.height / 2 - outer.y) / outer.height,
      };
    });

  test.each(['caches', 'gemv-line', 'claims'])('%s: keys step through the points, which a line names', async (id) => {
    const chart = item(id);
    expect(await line(chart).getAttribute('aria-live')).toBe('polite');
    expect(await picture(chart).getAttribute('aria-label')).toMatch(
      /^Chart of .*\. Left and right step through points/,
    );
    await picture(chart).focus();
    expect(await ring(chart)).toBeUndefined();

    const first = await told(chart, 'ArrowRight');
    expect(first).toMatch(/^.+: .*\d/);
    const from = await ring(chart);
    const second = await told(chart, 'ArrowRight');
    const last = await told(chart, 'End');
    const to = await ring(chart);
    if (!from || !to) throw new Error('no ring marks the point');
    expect(to.x).toBeGreaterThan(from.x);
    for (const { x, y } of [from, to]) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(1);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(1);
    }
    expect(await told(chart, 'Home')).toBe(first);
    expect(await told(chart, 'ArrowRight')).toBe(second);
    expect(new Set([first, second, last]).size).toBeGreaterThan(1);

    // The ring and the line go with the focus.
    await page.keyboard.press('Tab');
    expect(await ring(chart)).toBeUndefined();
    expect(await line(chart).innerText()).toBe('');
  });

  test('up and down lead to the other series', async () => {
    const chart = item('gemv-line');
    await picture(chart).focus();
    expect(await told(chart, 'ArrowRight')).toMatch(/^f32 portable: /);
    expect(await told(chart, 'ArrowDown')).toMatch(/^f16 portable: /);
    expect(await told(chart, 'ArrowUp')).toMatch(/^f32 portable: /);
  });

  test('the ring stays on its point when the window changes its width', async () => {
    const chart = item('caches');
    await picture(chart).focus();
    await told(chart, 'End');
    const before = await ring(chart);
    await page.setViewportSize({ width: 700, height: 900 });
    const share = async () => (await ring(chart))?.x;
    // The margins keep their px, and so take another share.
    await expect.poll(share).not.toBe(before?.x);
    expect(Math.abs(((await share()) ?? 0) - (before?.x ?? 1))).toBeLessThan(0.1);
    await page.setViewportSize({ width: 1000, height: 900 });
  });

  async function save(of: Locator, kind: string): Promise<{ name: string; bytes: Buffer }> {
    const button = of.getByRole('button', { name: new RegExp(`^Save as ${kind}: `) }).first();
    const [file] = await Promise.all([page.waitForEvent('download'), button.click()]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  }

  test('a chart has its numbers as a table, with units, and as files', async () => {
    const chart = item('caches');
    const table = chart.locator('.data-table');
    expect(await table.locator('thead th').allInnerTexts()).toEqual(['working set, MB', 'bandwidth, GB/s']);
    const { name, bytes } = await save(chart, 'CSV');
    expect(name).toBe('hbmark-where-the-caches-end.csv');
    const [head = '', ...lines] = bytes.toString().trimEnd().split('\r\n');
    expect(head).toBe('"working set, MB","bandwidth, GB/s","bandwidth low, GB/s","bandwidth high, GB/s"');
    expect(await table.locator('tbody tr').count()).toBe(lines.length);
    const json: { title: string; source: string; rows: Record<string, unknown>[] } = JSON.parse(
      (await save(chart, 'JSON')).bytes.toString(),
    );
    expect(json).toMatchObject({ title: 'Where the caches end', source: expect.stringMatching(/HBMark/) });
    expect(json.rows.map((row) => String(row['working set, MB']))).toEqual(lines.map((one) => one.split(',')[0]));
    expect(json.rows[0]?.['bandwidth, GB/s']).toMatchObject({ value: expect.any(Number), ci95: expect.any(Array) });
  });

  test.each(['measurements-record', 'steps', 'law-gpu'])('%s: a table without a chart is saved, too', async (id) => {
    const rows = await item(id).locator('table').first().locator('tbody tr').count();
    expect(rows).toBeGreaterThan(0);
    const json = JSON.parse((await save(item(id), 'JSON')).bytes.toString());
    expect(json.rows).toHaveLength(rows);
    const lines = (await save(item(id), 'CSV')).bytes.toString().trimEnd().split('\r\n');
    expect(lines).toHaveLength(rows + 1);
  });

  test('charts are saved as pictures, each with its title above and its source below', async () => {
    const frames = await page.locator('.pickable:has(canvas)').all();
    // One in twelve: all are saved by the same lines.
    for (const frame of frames.filter((_, i) => i % (ALL ? 1 : 12) === 0)) {
      const chart = frame.locator('xpath=..');
      const box = await frame.locator('canvas').boundingBox();
      const { bytes } = await save(chart, 'PNG');
      expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
      expect(Math.abs(width - 48 - (box?.width ?? 0))).toBeLessThanOrEqual(1);
      // Its padding, a line of the title, and one of the source.
      expect(height).toBeGreaterThan((box?.height ?? 0) + 2 * 24 + 20 + 13);
    }
  });

  describe('in forced colours', () => {
    beforeAll(async () => {
      await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' });
      await seeCharts(page);
    });

    afterAll(() => page.emulateMedia({ forcedColors: 'none' }));

    /** System colours of the page, as a canvas has them. */
    const system = () =>
      page.evaluate(() => {
        const probe = document.createElement('span');
        document.body.append(probe);
        const colours = ['CanvasText', 'Canvas', 'GrayText'].map((name) => {
          probe.style.color = name;
          return getComputedStyle(probe).color;
        });
        probe.remove();
        return colours;
      });

    test('charts are drawn in the system’s colours alone', async () => {
      const [ink = ''] = await system();
      /** The most frequent opaque colours of each canvas. */
      const drawn = () =>
        page.locator('canvas').evaluateAll((all) => {
          const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
          return all.map((one) => {
            if (!copy || !(one instanceof HTMLCanvasElement)) throw new Error('no canvas');
            Object.assign(copy.canvas, { width: one.width, height: one.height });
            copy.drawImage(one, 0, 0);
            const { data } = copy.getImageData(0, 0, one.width, one.height);
            const counts = new Map<string, number>();
            for (let i = 0; i < data.length; i += 4) {
              if (data[i + 3] !== 255) continue;
              const colour = `rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`;
              counts.set(colour, (counts.get(colour) ?? 0) + 1);
            }
            return [...counts].sort(([, a], [, b]) => b - a).map(([colour]) => colour);
          });
        });
      const allowed = await system();
      await expect.poll(async () => (await drawn()).every((colours) => colours.slice(0, 3).includes(ink))).toBe(true);
      for (const [most = ''] of await drawn()) expect(allowed).toContain(most);
    });

    test('signs, lines and words stand out from their ground', async () => {
      const [ink = '', ground = ''] = await system();
      expect(ink).not.toBe(ground);
      const coloursOf = (selector: string, property: string) =>
        page
          .locator(selector)
          .evaluateAll(
            (all, name) => [...new Set(all.map((one) => getComputedStyle(one).getPropertyValue(name)))],
            property,
          );
      expect(await coloursOf('.legend .sign', 'fill')).toEqual([ink]);
      expect(await coloursOf('.legend .dash', 'stroke')).toEqual([ink]);
      expect(await coloursOf('.verdict', 'color')).toEqual([ink]);
      expect(await coloursOf('.run-strip progress', 'border-top-color')).toEqual([ink]);
      expect(await coloursOf('.run-strip progress', 'border-top-width')).toEqual(['1px']);
      for (const width of await coloursOf('button.primary, button.secondary', 'border-top-width')) {
        expect(Number.parseFloat(width)).toBeGreaterThan(0);
      }
    });

    test('the focus and the picked point have a ring', async () => {
      const [ink = '', ground = ''] = await system();
      const chart = item('caches');
      await chart.getByRole('button', { name: /^Save as CSV/ }).focus();
      await page.keyboard.press('Shift+Tab');
      await picture(chart).focus();
      await told(chart, 'ArrowRight');
      const outline = await picture(chart).evaluate((frame) => getComputedStyle(frame).outline);
      expect(outline).toMatch(/solid/);
      expect(outline).not.toContain(ground);
      expect(await chart.locator('.picked').evaluate((one) => getComputedStyle(one).borderTopColor)).toBe(ink);
    });
  });
}
