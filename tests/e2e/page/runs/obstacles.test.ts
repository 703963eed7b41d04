/** Obstacles to a run in a real browser: each gets one card, which says what to do. */

import { chromium, type Page } from 'playwright';
import { expect, test } from 'vitest';
import { chromiumOptions } from '../../../../src/cli/hosts/browsers/chromium.ts';
import { beforeWorker, type Opened, openIn, overflow, PHONE, runButton, violations } from '../opened.ts';
import { servedSite } from '../site.ts';

const site = servedSite('--domain', 'bench.example');

/** Waits for the one card that an obstacle gets. */
async function expectCard({ page, reports }: Opened, code: string, text: RegExp): Promise<void> {
  const card = page.locator('.error-card');
  await card.waitFor();
  expect(await card.count()).toBe(1);
  expect(await card.getAttribute('data-code')).toBe(code);
  expect(await card.innerText()).toMatch(text);
  await expect.poll(() => reports.at(-1)).toMatchObject({ type: 'error', error: { code } });
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

test('an unknown parameter, which also keeps a run from starting by itself', async () => {
  const opened = await openIn(site.browser, `${site.address}?porfile=quick&autorun=1`);
  await expectCard(opened, 'unknown-parameter', /Unknown parameter "porfile"\. There are profile, seed/);
  expect(await runButton(opened.page).isEnabled()).toBe(true);
  await opened.close();
});

test('less memory than a run may have', async () => {
  const opened = await openIn(site.browser, `${site.address}?memory=0.001&autorun=1`);
  await expectCard(opened, 'unknown-parameter', /"memory" must be a number from 0\.1 to 1000 GB; it is "0\.001"/);
  await opened.close();
});

test('a kernel that does not exist, which is said before there is an adapter', async () => {
  const opened = await openIn(site.browser, `${site.address}?kernels=gemv,gemm&autorun=1`);
  await expectCard(opened, 'unknown-parameter', /"kernels" must be ids of kernels, .*; it is "gemv,gemm"/);
  await opened.close();
});

test.each([
  ['a run', '?profile=full&tune=86400&budget=86400&autorun=1', /asks for a run\. Nothing has started.*press Run/],
  ['tuning', '?tune=86400&autorun=tune', /asks for tuning\. Nothing has started.*press Run/],
])(
  'a link that asks for %s, where no program drives the page: the form is filled and nothing starts',
  async (_, link, words) => {
    const { page, complaints, close } = await openIn(site.browser, site.address + link, {
      driven: false,
      viewport: PHONE,
    });
    const notice = page.locator('.notice');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(words);
    expect(await page.locator('[name="tune"]').isChecked()).toBe(true);
    expect(await page.locator('[name="tune-seconds"]').inputValue()).toBe('86400');
    // A run would have replaced the button before the notice came.
    expect(await runButton(page).isEnabled()).toBe(true);
    expect(await page.locator('progress').count()).toBe(0);
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  },
);

/** A browser as its `navigator` shows it to the page. */
interface Pose {
  readonly userAgent: string;
  readonly platform: string;
  readonly maxTouchPoints?: number;
  readonly brand?: string;
}

const FIREFOX: Pose = {
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0',
  platform: 'Linux x86_64',
};

const IPHONE: Pose = {
  userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
  platform: 'iPhone',
  maxTouchPoints: 5,
};

/** Makes the page believe that it is open in another browser. */
const posing = (page: Page, { userAgent, platform, maxTouchPoints = 0, brand }: Pose) =>
  page.addInitScript(
    (shown) => {
      for (const [name, value] of Object.entries(shown)) {
        Object.defineProperty(Navigator.prototype, name, { get: () => value });
      }
    },
    {
      ...{ userAgent, platform, maxTouchPoints },
      // An argument crosses as JSON, which has no undefined.
      userAgentData: brand === undefined ? null : { brands: [{ brand, version: '150' }], platform },
    },
  );

/** Chromium has no switch that removes WebGPU. */
const WITHOUT_WEBGPU = 'delete WorkerNavigator.prototype.gpu';

test.each<[string, Pose | undefined, RegExp]>([
  ['Chromium on Linux', undefined, /147 on NVIDIA GPUs.*start Chrome with --enable-unsafe-webgpu/s],
  ['Edge on Windows', { userAgent: '', platform: 'Windows', brand: 'Microsoft Edge' }, /Update Edge.*edge:\/\/gpu/s],
  ['Firefox on Linux', FIREFOX, /Set dom\.webgpu\.enabled to true in about:config/],
  ['Safari on an iPhone', IPHONE, /Update to iOS or iPadOS 26/],
  [
    'Safari on an iPad, which calls itself a Mac',
    {
      userAgent: 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
      ...{ platform: 'MacIntel', maxTouchPoints: 5 },
    },
    /Update to iOS or iPadOS 26/,
  ],
])('a browser without WebGPU: %s', async (_, pose, words) => {
  const opened = await openIn(site.browser, site.address, {
    ...(pose?.maxTouchPoints && { viewport: PHONE }),
    prepare: async (page) => {
      if (pose) await posing(page, pose);
      await beforeWorker(page, WITHOUT_WEBGPU);
    },
  });
  await expectCard(opened, 'no-webgpu', words);
  await opened.close();
});

test('a browser that blocks its adapter: Firefox says why', async () => {
  const blocking = `GPU.prototype.requestAdapter = () =>
    Promise.reject(new DOMException('WebGPU is disabled by blocklist.', 'NotSupportedError'))`;
  const opened = await openIn(site.browser, site.address, {
    prepare: async (page) => {
      await posing(page, FIREFOX);
      await beforeWorker(page, blocking);
    },
  });
  await expectCard(
    opened,
    'no-adapter',
    /offers none \(WebGPU is disabled by blocklist\).*gfx\.webgpu\.ignore-blocklist/s,
  );
  await opened.close();
});

test('a phone that refuses memory', async () => {
  // Every buffer of a MiB and more is refused, as WebGPU says it: to the nearest error scope.
  const refusing = `{
    const { createBuffer, pushErrorScope, popErrorScope } = GPUDevice.prototype;
    const scopes = [];
    Object.assign(GPUDevice.prototype, {
      pushErrorScope(filter) {
        scopes.push({ filter });
        return pushErrorScope.call(this, filter);
      },
      async popErrorScope() {
        const { error } = scopes.pop();
        return (await popErrorScope.call(this)) ?? error ?? null;
      },
      createBuffer(wanted) {
        if (wanted.size < 2 ** 20) return createBuffer.call(this, wanted);
        const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory');
        if (scope) scope.error = new GPUOutOfMemoryError('no memory is left');
        return createBuffer.call(this, { ...wanted, size: 4 });
      },
    });
  }`;
  const opened = await openIn(site.browser, `${site.address}?autorun=1`, {
    viewport: PHONE,
    prepare: async (page) => {
      await posing(page, IPHONE);
      await beforeWorker(page, refusing);
    },
  });
  await expectCard(opened, 'out-of-memory', /Close all other tabs and apps\..*0\.25 GB.*“Kept runs”/s);
  await opened.close();
});

/** Makes the engine's worker one of Firefox, on an adapter without timestamp queries. */
const FIREFOX_WITHOUT_TIMESTAMPS = `{
  const shown = ${JSON.stringify({ ...FIREFOX, userAgentData: null })};
  for (const [name, value] of Object.entries(shown)) {
    Object.defineProperty(WorkerNavigator.prototype, name, { get: () => value });
  }
  const { get } = Object.getOwnPropertyDescriptor(GPUAdapter.prototype, 'features');
  Object.defineProperty(GPUAdapter.prototype, 'features', {
    get() { return new Set([...get.call(this)].filter((feature) => feature !== 'timestamp-query')); },
  });
}`;

/** A clock that advances 60 times a second, as Firefox's does where it resists fingerprinting. */
const COARSE_CLOCK = `{
  const { now } = performance;
  performance.now = () => Math.floor(0.06 * now.call(performance)) / 0.06;
}`;

test.each([
  [
    'without timestamps',
    FIREFOX_WITHOUT_TIMESTAMPS,
    10,
    'queue-drain-clock',
    /Nothing needs to be done\..*every 100 ms/s,
  ],
  [
    'with a coarse clock and a short budget',
    `${FIREFOX_WITHOUT_TIMESTAMPS};${COARSE_CLOCK}`,
    10,
    /^(?:coarse-clock|nothing-measured)$/,
    /more time.*privacy\.resistFingerprinting/s,
  ],
])('a browser %s: the run ends with a card that says what to do', async (_, line, budget, label, words) => {
  const opened = await openIn(
    site.browser,
    `${site.address}?kernels=stream-read&memory=0.2&budget=${budget}&autorun=1`,
    {
      prepare: (page) => beforeWorker(page, line),
    },
  );
  const { page, reports } = opened;
  await expect.poll(() => reports.at(-1)?.type).toBe('done');
  await page.locator('[data-label]').first().waitFor();
  const cards = await page
    .locator('[data-label]')
    .evaluateAll((all) =>
      all.map((one) => ({ id: one.getAttribute('data-label') ?? '', text: (one as HTMLElement).innerText })),
    );
  const card = cards.find(({ id }) => (typeof label === 'string' ? id === label : label.test(id)));
  expect(card?.text, JSON.stringify(cards)).toMatch(words);
  await opened.close();
});

test('a browser without an adapter', async () => {
  const { executablePath = '', args = [] } = await chromiumOptions();
  const bare = await chromium.launch({ executablePath, args: args.filter((arg) => !/webgpu|Vulkan/i.test(arg)) });
  const opened = await openIn(bare, site.address, { viewport: PHONE });
  await expectCard(opened, 'no-adapter', /Use graphics acceleration when available/);
  await bare.close();
});

test('an insecure origin', async () => {
  const { executablePath = '', args = [] } = await chromiumOptions({ adapter: 'swiftshader' });
  const { port } = new URL(site.address);
  const mapped = [...args, '--host-resolver-rules=MAP bench.example 127.0.0.1'];
  const elsewhere = await chromium.launch({ executablePath, args: mapped });
  const opened = await openIn(elsewhere, `http://bench.example:${port}/`, { viewport: PHONE });
  await expectCard(opened, 'insecure-origin', /HTTPS or localhost.*bench\.example/);
  await elsewhere.close();
});
