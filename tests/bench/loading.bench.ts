/**
 * `npm run bench:loading`: how soon is each page there? Prints for each route its first JavaScript, when its largest
 * part was painted (LCP), and how far its parts moved (CLS): from this machine, and at 1.6 Mbit/s with a processor four
 * times slower. Each load is of a fresh profile, the best of two: what a busy machine adds is not the page's.
 */

import { beforeAll, test } from 'vitest';
import { launchChromium } from '../../src/cli/hosts/browsers/chromium.ts';
import { firstScriptBytes, PHONE } from '../e2e/page/opened.ts';
import { servedTo } from '../e2e/page/site.ts';
import { makeProfiles, type PageState, type Profiles, routeAt, STATES } from '../e2e/page/states.ts';

const LOADS = 2;

const SLOW = { bitsPerSecond: 1_600_000, slowdown: 4 };

/** The time without a request after which nothing more is expected to move, in ms. */
const QUIET_MS = 1000;

interface Load {
  readonly lcpMs: number;
  readonly cls: number;
}

const site = servedTo(() => launchChromium({ adapter: 'swiftshader' }));
let profiles: Profiles;

beforeAll(async () => {
  profiles = await makeProfiles(site.browser, site.address);
});

const addressOf = ({ route, address }: PageState): string =>
  routeAt(profiles.site, route) + (address?.(profiles.kept) ?? '');

/** Runs in each document before the page: notes what its observers see. */
function observe(): void {
  const load = { lcpMs: 0, cls: 0 };
  new PerformanceObserver((list) => {
    load.lcpMs = list.getEntries().at(-1)?.startTime ?? load.lcpMs;
  }).observe({ type: 'largest-contentful-paint', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if ('value' in entry) load.cls += Number(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
  Object.assign(globalThis, { load });
}

async function loadOnce(state: PageState, slow: boolean): Promise<Load> {
  const context = await site.browser.newContext(slow ? { viewport: PHONE } : {});
  const page = await context.newPage();
  if (slow) {
    const devTools = await context.newCDPSession(page);
    const throughput = SLOW.bitsPerSecond / 8;
    await devTools.send('Network.enable');
    await devTools.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: throughput, uploadThroughput: throughput },
    });
    await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOW.slowdown });
  }
  await page.addInitScript(observe);
  await page.goto(addressOf(state), { waitUntil: 'networkidle', timeout: 120_000 });
  await state.shown(page).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(QUIET_MS);
  const load: Load = await page.evaluate(() => Reflect.get(globalThis, 'load'));
  await context.close();
  return load;
}

async function best(state: PageState, slow: boolean): Promise<Load> {
  const loads: Load[] = [];
  while (loads.length < LOADS) loads.push(await loadOnce(state, slow));
  return { lcpMs: Math.min(...loads.map(({ lcpMs }) => lcpMs)), cls: Math.max(...loads.map(({ cls }) => cls)) };
}

/** Each route as a stranger meets it, and a result that somebody has sent. */
const MET = ['fresh', 'nothing', 'a complete link'];
const opened = STATES.filter(({ profile, state }) => profile === 'fresh' && MET.includes(state));

test('loading', { timeout: 1_800_000 }, async () => {
  console.log('first script (gzip) | LCP here, CLS | LCP at 1.6 Mbit/s and CPU ÷ 4, CLS | page');
  for (const state of opened) {
    const [bytes, here, slow] = [
      await firstScriptBytes(addressOf(state)),
      await best(state, false),
      await best(state, true),
    ];
    const text = ({ lcpMs, cls }: Load) => `${(lcpMs / 1000).toFixed(2).padStart(5)} s, ${cls.toFixed(3)}`;
    console.log(
      `${(bytes / 1000).toFixed(1).padStart(5)} kB | ${text(here)} | ${text(slow)} | ${state.route}: ${state.state}`,
    );
  }
});
