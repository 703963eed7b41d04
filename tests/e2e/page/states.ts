/** The states of every route, each with the way into it: for tests of them all, and for their pictures. */

import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { viewOf } from '../../../src/app/analysis/view.ts';
import { completeLink, summaryLink } from '../../../src/app/share/links.ts';
import type { Route } from '../../../src/app/shell/routes.ts';
import { DEFAULT_MODEL } from '../../../src/model/models/index.ts';
import { fileOf, keepRun, LAVAPIPE, recordIn, SWIFTSHADER, unfinished, whole } from './kept.ts';
import { beforeWorker, complaintsOf, downloadButton, newBrowser, runButton } from './opened.ts';
import { SHORT_RUN } from './reports.ts';

const STEPS = fileOf('2026-11-27-swiftshader-smollm2');
const IMPORTED = [SWIFTSHADER, LAVAPIPE, fileOf('2026-11-27-lavapipe-smollm2')];

/** What the full browser keeps. */
interface Kept {
  /** The key of a whole run with decode steps. */
  readonly run: string;
  /** The keys of records out of files. */
  readonly imported: readonly string[];
  /** The fragments of the two links of a record. */
  readonly short: string;
  readonly complete: string;
}

export interface PageState {
  readonly route: Route['id'];
  readonly state: string;
  /** The browser it is opened in: one that keeps nothing, or one with runs, and records out of files. */
  readonly profile: 'fresh' | 'full';
  /** What follows the address of the route. */
  readonly address?: (kept: Kept) => string;
  /** Prepares the page before it loads anything. */
  readonly prepare?: (page: Page) => Promise<unknown>;
  /** What a person does then. */
  readonly act?: (page: Page) => Promise<unknown>;
  /** What is on the page once the state is reached. */
  readonly shown: (page: Page) => Locator;
}

const refusal = (page: Page) => page.locator('[data-refusal]').first();
const adapter = (page: Page) => page.getByText('google swiftshader', { exact: true });
const query = (more: string) => () => more;
const give = (name: string, text: string) => (page: Page) =>
  page
    .locator('input[type="file"]')
    .first()
    .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
const comparison = (kept: Kept, n: number) =>
  `?${kept.imported
    .slice(0, n)
    .map((key, i) => `${'abcde'[i]}=${encodeURIComponent(key)}`)
    .join('&')}`;

/** Has the page measure for a while, and pauses it, so that it stays as it is. */
async function runAndPause(page: Page): Promise<void> {
  await runButton(page).click();
  await page.locator('tr[data-status="measured"]').nth(1).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
}

/** Shows the newest whole run of the bench page's list. */
async function show(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: /^Show the run of/ })
    .last()
    .click();
}

export const STATES: readonly PageState[] = [
  { route: 'bench', state: 'fresh', profile: 'fresh', shown: adapter },
  {
    ...{ route: 'bench', state: 'a run, paused', profile: 'fresh', address: query(SHORT_RUN), act: runAndPause },
    shown: (page) => page.locator('.run-strip').getByText('Paused'),
  },
  { route: 'bench', state: 'kept runs', profile: 'full', shown: (page) => page.locator('[data-offer]') },
  { route: 'bench', state: 'a result', profile: 'full', act: show, shown: downloadButton },
  {
    ...{ route: 'bench', state: 'a link that asks for a run', profile: 'fresh', address: query('?autorun=1&tune=60') },
    shown: (page) => page.locator('.notice'),
  },
  {
    ...{ route: 'bench', state: 'parameters out of range', profile: 'fresh' },
    address: query('?porfile=quick&memory=0&batch=1,5000'),
    shown: (page) => page.locator('.error-card[data-code="unknown-parameter"]'),
  },
  {
    ...{ route: 'bench', state: 'no WebGPU', profile: 'full' },
    prepare: (page) => beforeWorker(page, 'delete WorkerNavigator.prototype.gpu'),
    shown: (page) => page.locator('.error-card[data-code="no-webgpu"]'),
  },
  {
    ...{ route: 'bench', state: 'a file that is no model', profile: 'fresh' },
    act: async (page) => {
      await page.getByText('Decode a whole model').click();
      await give('model.json', '{"a": 1}')(page);
    },
    shown: (page) => page.locator('.error-card[data-code="unusable-file"]'),
  },

  { route: 'result', state: 'nothing', profile: 'fresh', shown: (page) => page.locator('h1') },
  {
    ...{ route: 'result', state: 'a kept run', profile: 'full' },
    address: ({ run }) => `?${new URLSearchParams({ run })}`,
    shown: (page) => page.getByRole('button', { name: 'Copy complete link' }),
  },
  {
    ...{ route: 'result', state: 'a complete link', profile: 'fresh', address: ({ complete }) => complete },
    shown: (page) => page.getByRole('button', { name: 'Copy complete link' }),
  },
  {
    ...{ route: 'result', state: 'a short link', profile: 'fresh', address: ({ short }) => short },
    shown: (page) => page.getByRole('heading', { name: 'without its samples' }),
  },
  {
    ...{ route: 'result', state: 'about to be added to the collection', profile: 'full' },
    address: ({ run }) => `?${new URLSearchParams({ run })}`,
    act: async (page) => {
      await page.getByRole('button', { name: 'Add to the collection' }).click();
      await page.getByText(/^Exactly what would be sent: /).click();
    },
    shown: (page) => page.locator('.json pre').filter({ hasText: '"consent"' }),
  },
  {
    ...{ route: 'result', state: 'a cut link', profile: 'fresh', address: ({ complete }) => complete.slice(0, -100) },
    shown: refusal,
  },
  {
    ...{ route: 'result', state: 'a link of a newer version', profile: 'fresh', shown: refusal },
    address: ({ complete }) => complete.replace('record=1.', 'record=2.'),
  },
  {
    ...{ route: 'result', state: 'a foreign file', profile: 'fresh', act: give('package.json', '{"name": "x"}') },
    shown: refusal,
  },

  { route: 'what-if', state: 'fresh', profile: 'fresh', shown: (page) => page.locator('.sentence') },
  {
    ...{ route: 'what-if', state: 'does not fit', profile: 'fresh', address: query('?batch=40') },
    shown: (page) => page.locator('.sentence'),
  },
  {
    ...{ route: 'what-if', state: 'parameters out of range', profile: 'fresh' },
    address: query('?gpu=RTX+9999&colour=red&mem=0'),
    shown: (page) => refusal(page),
  },
  {
    ...{ route: 'what-if', state: 'the largest numbers', profile: 'full' },
    address: query('?model=deepseek-v3&w=Q4_K_M&batch=9999999&ctx=100000000&mem=1234567.89'),
    shown: (page) => page.locator('.sentence'),
  },

  { route: 'compare', state: 'nothing', profile: 'fresh', shown: (page) => page.locator('h1') },
  {
    ...{ route: 'compare', state: 'two runs', profile: 'full', address: (kept) => comparison(kept, 2) },
    shown: (page) => page.locator('[data-ratio-headline]'),
  },
  {
    ...{ route: 'compare', state: 'three runs', profile: 'full', address: (kept) => comparison(kept, 3) },
    shown: (page) => page.locator('[data-ratio-headline]'),
  },
  {
    ...{ route: 'compare', state: 'a run that is gone', profile: 'full' },
    address: (kept) => `${comparison(kept, 1)}&b=gone&x=1`,
    shown: (page) => page.getByText('A run is not in this browser'),
  },

  { route: 'history', state: 'nothing', profile: 'fresh', shown: (page) => page.getByText('No runs yet') },
  {
    ...{ route: 'history', state: 'runs and records', profile: 'full' },
    shown: (page) => page.locator('tr[data-run]').first(),
  },
  {
    ...{ route: 'history', state: 'files that are no records', profile: 'full', shown: refusal },
    act: async (page) => {
      await give('package.json', '{"name": "x"}')(page);
      await give('newer.json', JSON.stringify({ ...recordIn(LAVAPIPE), schema: 99 }))(page);
      await refusal(page).filter({ hasText: 'package.json' }).waitFor();
    },
  },
  {
    ...{ route: 'history', state: 'storage denied', profile: 'fresh' },
    prepare: (page) =>
      beforeWorker(page, `IDBFactory.prototype.open = () => { throw new DOMException('denied', 'SecurityError'); }`),
    shown: (page) => page.getByText('This browser has no storage for this page'),
  },

  {
    ...{ route: 'crowd', state: 'software adapters', profile: 'fresh', address: query('?adapters=software&when=all') },
    shown: (page) => page.locator('[data-crowd-run]').first(),
  },
  {
    ...{ route: 'crowd', state: 'fresh', profile: 'fresh' },
    shown: (page) => page.getByText('Nobody has added the run of a GPU'),
  },
  {
    ...{ route: 'crowd', state: 'no run matches', profile: 'fresh' },
    address: query('?gpu=RTX+9999&browser=netscape&colour=red'),
    shown: (page) => page.locator('.chips'),
  },
  ...(['method', 'privacy'] as const).map(
    (route): PageState => ({ route, state: 'fresh', profile: 'fresh', shown: (page) => page.locator('h1') }),
  ),
];

/** The address of a route, on a site whose first page has this address. */
export const routeAt = (site: string, route: Route['id']): string =>
  new URL(route === 'bench' ? './' : `${route}/`, site).href;

/** The two browsers, as contexts of one. */
export interface Profiles {
  readonly site: string;
  readonly kept: Kept;
  /** Makes a browser that keeps nothing: one in which somebody has been keeps what was done there. */
  readonly fresh: () => Promise<BrowserContext>;
  readonly full: BrowserContext;
}

export async function makeProfiles(browser: Browser, site: string): Promise<Profiles> {
  const full = await newBrowser(browser);
  const page = await full.newPage();
  await page.goto(routeAt(site, 'history'));
  await page.getByText('No runs yet').waitFor();
  await page.locator('input[name="records"]').setInputFiles(IMPORTED);
  await page
    .locator('tr[data-run]')
    .nth(IMPORTED.length - 1)
    .waitFor();
  const run = await keepRun(page, whole(STEPS));
  await keepRun(page, unfinished(SWIFTSHADER));
  await page.close();
  const text = readFileSync(LAVAPIPE, 'utf8');
  const record = recordIn(LAVAPIPE);
  const { clock, measurements, decode = [] } = record;
  const result = routeAt(site, 'result');
  const [short, complete] = await Promise.all([
    summaryLink(result, record, viewOf({ clock, measurements, decode, record }, DEFAULT_MODEL)),
    completeLink(result, text),
  ]);
  const fragment = (url = '') => url.slice(url.indexOf('#'));
  return {
    ...{ site, full, fresh: () => newBrowser(browser) },
    kept: {
      ...{ run, short: fragment(short.url), complete: fragment(complete.url) },
      imported: IMPORTED.map((file) => recordIn(file).id),
    },
  };
}

export interface OpenedState {
  readonly page: Page;
  /** The warnings and errors that the page logged. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openState(
  profiles: Profiles,
  { route, profile, address, prepare, act, shown }: PageState,
): Promise<OpenedState> {
  const context = profile === 'full' ? profiles.full : await profiles.fresh();
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await prepare?.(page);
  await page.goto(routeAt(profiles.site, route) + (address?.(profiles.kept) ?? ''));
  await act?.(page);
  await shown(page).waitFor();
  return { page, complaints, close: () => (profile === 'full' ? page : context).close() };
}
