/** Obstacles to a run in a real browser: each gets one card, which says what to do. */

import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumOptions, launchChromium } from '../../../src/cli/hosts/chromium.ts';
import { npmStart, type Started } from '../../support/npm-start.ts';
import { type Opened, openIn, overflow, PHONE, runButton, seriousViolations } from './opened.ts';

let server: Started;
let browser: Browser;

beforeAll(async () => {
  server = await npmStart();
  browser = await launchChromium({ adapter: 'swiftshader' });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

/** Waits for the one card that an obstacle gets. */
async function expectCard({ page, reports }: Opened, code: string, text: RegExp): Promise<void> {
  const card = page.locator('.error-card');
  await card.waitFor();
  expect(await card.count()).toBe(1);
  expect(await card.getAttribute('data-code')).toBe(code);
  expect(await card.innerText()).toMatch(text);
  await expect.poll(() => reports.at(-1)).toMatchObject({ type: 'error', error: { code } });
  expect(await seriousViolations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

test('an unknown parameter, which also keeps a run from starting by itself', async () => {
  const opened = await openIn(browser, `${server.address}?porfile=quick&autorun=1`);
  await expectCard(opened, 'unknown-parameter', /Unknown parameter "porfile"\. There are profile, seed/);
  expect(await runButton(opened.page).isEnabled()).toBe(true);
  await opened.close();
});

test('less memory than a run may have', async () => {
  const opened = await openIn(browser, `${server.address}?memory=0.001&autorun=1`);
  await expectCard(opened, 'unknown-parameter', /"memory" must be a number from 0\.1 to 1000 GB; it is "0\.001"/);
  await opened.close();
});

test('a kernel that does not exist', async () => {
  const opened = await openIn(browser, `${server.address}?kernels=gemm&autorun=1`);
  await expectCard(opened, 'unusable-options', /Kernels must be one of .*, gemv, .*; got "gemm"/);
  await opened.close();
});

test('a browser without WebGPU', async () => {
  const opened = await openIn(browser, server.address, {
    // Chromium has no switch that removes WebGPU. Here it is deleted before the worker's first line.
    prepare: (page) =>
      page.route(/\/assets\/worker-.*\.js$/, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `delete WorkerNavigator.prototype.gpu;${await response.text()}` });
      }),
  });
  await expectCard(opened, 'no-webgpu', /Firefox: 141/);
  await opened.close();
});

test('a browser without an adapter', async () => {
  const { executablePath = '', args = [] } = await chromiumOptions();
  const bare = await chromium.launch({ executablePath, args: args.filter((arg) => !/webgpu|Vulkan/i.test(arg)) });
  const opened = await openIn(bare, server.address, { viewport: PHONE });
  await expectCard(opened, 'no-adapter', /hardware acceleration/);
  await bare.close();
});

test('an insecure origin', async () => {
  const { executablePath = '', args = [] } = await chromiumOptions({ adapter: 'swiftshader' });
  const { port } = new URL(server.address);
  const mapped = [...args, '--host-resolver-rules=MAP bench.example 127.0.0.1'];
  const elsewhere = await chromium.launch({ executablePath, args: mapped });
  const opened = await openIn(elsewhere, `http://bench.example:${port}/`, { viewport: PHONE });
  await expectCard(opened, 'insecure-origin', /HTTPS or localhost.*bench\.example/);
  await elsewhere.close();
});
