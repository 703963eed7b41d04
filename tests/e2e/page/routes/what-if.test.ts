/** The page "What if" in a real browser, which needs no WebGPU for it. */

import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { ownMachine } from '../../../../src/app/pages/what-if/own-runs/own-machine.ts';
import { keepRun, SWIFTSHADER, whole } from '../kept.ts';
import { openIn, seeAll } from '../opened.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

const open = (query = '', options: Parameters<typeof openIn>[2] = {}) =>
  openIn(site.browser, `${site.address}what-if/${query}`, { driven: false, ...options });

const sentence = (page: Page) => page.locator('.sentence');
const slider = (page: Page, name: string) => page.getByRole('slider', { name });
const field = (page: Page, name: string) => page.getByRole('textbox', { name });
const search = (page: Page) => page.evaluate(() => location.search);

/** Has all charts drawn, which are loaded as they come near. */
async function showCharts(page: Page): Promise<void> {
  await page.locator('.charts').scrollIntoViewIfNeeded();
  await page.locator('.plot svg').first().waitFor();
}

test('answers without WebGPU, and needs nothing from elsewhere', async () => {
  const { page, complaints, close } = await open('', {
    prepare: (page) => page.addInitScript(() => Object.defineProperty(navigator, 'gpu', { value: undefined })),
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  expect(await sentence(page).innerText()).toBe(
    'On an RTX 4090, Llama 3.1 8B int4 writes at most 190 tokens/s for one reader at 8k context. 19 readers fit and share 778. Twice the door: ×2.00. Twice the cabin: ×1.11.',
  );
  await showCharts(page);
  expect(await page.locator('.plot').count()).toBe(5);
  expect(asked.filter((url) => !url.startsWith(site.address))).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('says what a serving engine is expected to reach, and the address holds which', async () => {
  const { page, complaints, close } = await open();
  const expected = page.locator('.expected');
  await expect
    .poll(() => expected.innerText())
    .toMatch(
      /^llama\.cpp is expected to reach \d+ tokens\/s; the 95 % interval is \d+ to \d+\.\s+From \d+ figures of /,
    );
  await page.getByLabel('Expected of the serving engine').selectOption('vllm');
  expect(await expected.innerText()).toBe('No expectation: nothing measured on this kind.');
  await expect.poll(() => search(page)).toBe('?engine=vllm');
  await page.getByLabel('Expected of the serving engine').selectOption('peak');
  expect(await expected.count()).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test('the address holds the question, and gives it back', async () => {
  const { page, close } = await open();
  await page.getByLabel(/^Find among/).fill('m4 max');
  await page.getByLabel('GPU', { exact: true }).selectOption('Apple M4 Max');
  await page.getByLabel('Model', { exact: true }).selectOption('llama-3.1-70b');
  await field(page, 'Readers at once').fill('3');
  await expect.poll(() => search(page)).toBe('?gpu=Apple+M4+Max&model=llama-3.1-70b&batch=3');
  const said = await sentence(page).innerText();
  expect(said).toMatch(/^On an Apple M4 Max, Llama 3\.1 70B int4 writes .* for each of 3 readers/);
  await page.reload();
  expect(await sentence(page).innerText()).toBe(said);
  await close();
});

describe('cabin and door', () => {
  test('can be dragged', async () => {
    const { page, close } = await open();
    for (const [name, dx, dy, what] of [
      ['cabin', 80, 0, 'Cabin: memory'],
      ['door', 0, -40, 'Door: bandwidth'],
    ] as const) {
      const before = Number(await field(page, what).inputValue());
      const box = await page.locator(`[data-handle="${name}"] .grip`).boundingBox();
      if (!box) throw new Error('no handle');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 + dx, box.y + box.height / 2 + dy, { steps: 4 });
      await page.mouse.up();
      expect(Number(await field(page, what).inputValue())).toBeGreaterThan(before * 1.1);
    }
    await expect.poll(() => search(page)).toMatch(/^\?mem=[\d.]+&bw=\d+$/);
    await close();
  });

  test('have sliders, whose arrows change them by 1 % and Page keys by 10 %', async () => {
    const { page, close } = await open();
    await slider(page, 'Door: bandwidth').focus();
    await page.keyboard.press('ArrowUp');
    expect(await field(page, 'Door: bandwidth').inputValue()).toBe('1020');
    await page.keyboard.press('PageUp');
    expect(await field(page, 'Door: bandwidth').inputValue()).toBe('1120');
    expect(await slider(page, 'Door: bandwidth').getAttribute('aria-valuetext')).toBe('1,120 GB/s');
    await close();
  });

  test('take any number in their range, and say what breaks it', async () => {
    const { page, close } = await open();
    const before = await sentence(page).innerText();
    await field(page, 'Cabin: memory').fill('lots');
    const problem = page.getByText('Cabin: memory must be a number from 0.01 to 10,000,000 GB');
    await problem.waitFor();
    expect(await sentence(page).innerText()).toBe(before);
    await field(page, 'Cabin: memory').fill('1000');
    expect(await problem.count()).toBe(0);
    expect(await sentence(page).innerText()).toMatch(/with 1,000 GB at 1,008 GB\/s/);
    await close();
  });
});

test('what does not fit offers what would', async () => {
  const { page, close } = await open('?batch=40');
  expect(await sentence(page).innerText()).toMatch(/does not fit for 40 readers at 8k context: it needs 47\.5 GB/);
  await page.getByRole('link', { name: '19 readers in place of 40' }).click();
  expect(await sentence(page).innerText()).toMatch(/for each of 19 readers/);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
  await expect.poll(() => search(page)).toBe('?batch=19');
  await close();
});

test('a parameter that cannot be used is reported in a line, and the address is left alone', async () => {
  const { page, close } = await open('?gpu=RTX+9999&colour=red&mem=48');
  const lines = await page.locator('[data-refusal] > p').allInnerTexts();
  expect(lines).toEqual([
    expect.stringMatching(/^"gpu" must be own, or one GPU of the list/),
    expect.stringMatching(/^Unknown parameter "colour"\. There are gpu, model, /),
  ]);
  expect(await sentence(page).innerText()).toMatch(/^On an RTX 4090 with 48 GB at 1,008 GB\/s, /);
  expect(await search(page)).toBe('?gpu=RTX+9999&colour=red&mem=48');
  await close();
});

/** Runs in the page: texts of its pictures that lie over each other, or leave their picture. */
function clashes(): string[] {
  const found: string[] = [];
  for (const picture of document.querySelectorAll('.bus svg, .plot .pickable svg')) {
    const { left, right } = picture.getBoundingClientRect();
    const texts = [...picture.querySelectorAll('text')].map((one) => ({
      text: one.textContent ?? '',
      box: one.getBoundingClientRect(),
    }));
    for (const [i, { text, box }] of texts.entries()) {
      if (box.left < left - 1 || box.right > right + 1) found.push(`${text} leaves its picture`);
      for (const other of texts.slice(i + 1)) {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        if (across > 1 && down > 3) found.push(`${text} over ${other.text}`);
      }
    }
  }
  return found;
}

test.each([
  '',
  '?mem=0.5&model=smollm2-135m&bw=0.1&ctx=1',
  '?model=deepseek-v3&w=Q4_K_M&batch=9999999&ctx=100000000&mem=1234567.89',
  '?bw=100000000&mem=10000000&model=smollm2-135m&ctx=1&batch=10000000',
  '?model=deepseek-v3&w=Q4_K_M&batch=9999999&ctx=100000000&mem=1234567.89&flops=330',
])('no text of a picture lies over another: %s', async (query) => {
  const { page, close } = await open(query);
  await seeAll(page);
  await page.locator('.plot').last().waitFor();
  for (const width of [320, 390, 560, 768, 1024, 1440, 1600]) {
    await page.setViewportSize({ width, height: 900 });
    await expect.poll(() => page.evaluate(clashes), { message: `${width} px` }).toEqual([]);
  }
  await close();
});

test('the picture moves, can be held still, and does not move where that is unwanted', async () => {
  const moving = (page: Page) =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);
  const { page, close } = await open('', { reducedMotion: 'no-preference' });
  expect(await moving(page)).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Hold still' }).click();
  expect(await moving(page)).toBe(0);
  await close();
  const still = await open('', { reducedMotion: 'reduce' });
  expect(await moving(still.page)).toBe(0);
  expect(await still.page.getByRole('button', { name: 'Hold still' }).count()).toBe(0);
  await still.close();
});

test('a run that this browser keeps is a machine to ask about, by its measured bandwidth', async () => {
  const { page, complaints, close } = await open();
  const run = whole(SWIFTSHADER);
  const key = await keepRun(page, run);
  await page.reload();
  const machine = ownMachine(key, run.body);
  const option = page.locator('optgroup[label="Measured in this browser"] option');
  await option.waitFor({ state: 'attached' });
  expect(await option.innerText()).toMatch(new RegExp(`^google swiftshader: ${machine?.gbps} GB/s, `));
  await page.getByLabel('GPU', { exact: true }).selectOption(key);
  expect(await sentence(page).innerText()).toMatch(new RegExp(`^On a GPU with 25\\.75 GB at ${machine?.gbps} GB/s, `));
  await expect
    .poll(() => search(page))
    .toBe(`?gpu=own&mem=25.75&bw=${machine?.gbps}&${new URLSearchParams({ run: key })}`);
  // The address leads back to the run, and so to what was measured.
  await page.reload();
  await expect.poll(() => page.getByLabel('GPU', { exact: true }).inputValue()).toBe(key);
  await showCharts(page);
  await page.locator('.plot').filter({ hasText: 'Generations:' }).getByText('measured bandwidth').first().waitFor();
  expect(complaints).toEqual([]);
  await close();
});

test('a chart can be read by keyboard, as a table, and saved', async () => {
  const { page, close } = await open();
  await showCharts(page);
  const chart = page.locator('.plot').first();
  await chart.getByRole('application').focus();
  await page.keyboard.press('ArrowRight');
  expect(await chart.locator('.point-line').innerText()).toBe('now: one reader, 190 tokens/s');
  await page.keyboard.press('ArrowDown');
  expect(await chart.locator('.point-line').innerText()).toBe('door ×2: one reader, 381 tokens/s');
  await chart.getByText('Data table').click();
  expect(await chart.locator('tbody tr').first().innerText()).toMatch(/^now\s+1\s+190\s+190$/);

  const save = async (name: string) => {
    const [file] = await Promise.all([page.waitForEvent('download'), chart.getByRole('button', { name }).click()]);
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
  };
  const png = await save('Save as PNG');
  expect(png.name).toBe('hbmark-frontier.png');
  expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  // The width of the picture in the file's header: 960 px and its margins, twice.
  expect(png.bytes.readUInt32BE(16)).toBe(2016);
  const csv = await save('Save as CSV');
  expect(csv.bytes.toString()).toMatch(
    /^machine,readers,tokens\/s of each,tokens\/s of all\r\nnow,1,190\.\d+,190\.\d+\r\n/,
  );
  const json = JSON.parse((await save('Save as JSON')).bytes.toString());
  expect(json.rows[0]).toMatchObject({ machine: 'now', readers: 1, 'tokens/s of each': expect.closeTo(190, 0) });
  await close();
});
