/**
 * The built page in a real browser, as `npm start` serves it: a whole run, a whole model, and runs that are cut short.
 * Measures on SwiftShader, which every machine can run.
 */

import type { BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachesOf } from '../../../../results/derived/caches.ts';
import { isTimedStep, stepFigures } from '../../../../results/derived/decode.ts';
import { bandwidthGBps, cacheCurve, isMeasured, readLine, streamingGBps } from '../../../../results/derived/derive.ts';
import { launchText } from '../../../../results/derived/headline.ts';
import { labelsOf } from '../../../../results/labels/index.ts';
import { rendererOf } from '../../../../results/machine/renderer.ts';
import { recordId } from '../../../../results/record/digest.ts';
import type { DecodeMeasurement, RunRecord } from '../../../../results/record/schema.ts';
import { bytesText, type FigureText, gbpsText, tokensPerSecondText } from '../../../../results/text/figures.ts';
import { READER } from '../../../../src/app/analysis/view.ts';
import { CLAIMS } from '../../../../src/model/claims/index.ts';
import { modelOfConfig } from '../../../../src/model/files/config.ts';
import { analyse } from '../../../../src/model/gemv-line/analyse.ts';
import { lawOfRecord } from '../../../../src/model/law/of-record.ts';
import { boundOf } from '../../../../src/model/law/verdict.ts';
import { weightBytesHeld } from '../../../../src/model/models/accounting.ts';
import { DEFAULT_MODEL } from '../../../../src/model/models/index.ts';
import type { Model } from '../../../../src/model/models/model.ts';
import { modelById } from '../../../../src/model/models/predicted.ts';
import { allIn, tensorsIn } from '../../../../src/model/models/tensors.ts';
import { TINY_CONFIG } from '../../../support/models/model-files.ts';
import { ALL } from '../../../support/tier.ts';
import {
  cancelButton,
  download,
  downloadButton,
  expectFigure,
  figure,
  type Opened,
  openIn,
  overflow,
  PHONE,
  runButton,
  violations,
} from '../opened.ts';
import { AMPLE } from '../reports.ts';
import { servedSite } from '../site.ts';

const site = servedSite();

/** Opens the page with these parameters, on the server of these tests. */
const open = (parameters = '', options: BrowserContextOptions = {}): Promise<Opened> =>
  openIn(site.browser, site.address + parameters, options);

/**
 * Returns the decode estimate of a record; undefined if the machine was too busy for the three sizes that a line needs.
 */
function decodeText(record: RunRecord, model: Model): FigureText | undefined {
  const { weightsOnly } = analyse(record, model);
  return weightsOnly && tokensPerSecondText(weightsOnly.tokensPerSecond);
}

/** The two steps of the claim `fixed-cost`, as if they took 5 ms and, almost without bytes, 4 ms. */
function fixedCostSteps({ clock }: RunRecord): DecodeMeasurement[] {
  const steps = CLAIMS.find(({ id }) => id === 'fixed-cost')?.steps ?? [];
  return steps.map((one, i) => ({
    ...{ status: 'measured', case: { ...one, experiment: true }, dispatches: 271, layers: { distinct: 1, total: 1 } },
    ...{ residentBytes: 1, rotationBytes: 1, work: { bytesRead: 1, bytesWritten: 0, flops: 0 } },
    ...{ verification: { shapes: 1, outputs: 1, nmse: 0, tolerance: 0 }, checksum: '00000000', preRollSteps: 0 },
    ...{ discarded: [], stopped: 'interval' },
    samples: [0, 1, 2, 3, 4, 5].flatMap((round) =>
      [1, 2, 4].map((dispatches) => {
        const ms = 1 + dispatches * (5 - i);
        return { round, dispatches, atMs: 0, wallMs: ms, gpuMs: clock.trusted === 'timestamp-query' ? ms : null };
      }),
    ),
  }));
}

/** Runs in the page: adds decode steps to the run that the browser keeps. */
async function keepWithSteps(decode: DecodeMeasurement[]): Promise<void> {
  const resultOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await resultOf(indexedDB.open('hbmark-runs'));
  const runs = database.transaction('runs', 'readwrite').objectStore('runs');
  const [key] = await resultOf(runs.getAllKeys());
  if (key === undefined) throw new Error('the browser keeps no run');
  const kept = await resultOf(runs.get(key));
  await resultOf(runs.put({ ...kept, body: { ...kept.body, decode } }, key));
  database.close();
}

describe('before a run', () => {
  test('the page says what a run does, and on which machine', async () => {
    const { page, complaints, close } = await open();
    await page.getByText('What a run does').waitFor();
    await page.getByText('google swiftshader', { exact: true }).waitFor();
    await page.getByText('This is not a GPU.').waitFor();
    await page.locator('summary', { hasText: 'Options' }).click();
    await page.getByLabel('Tune the kernels first').check();
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });
});

describe('a quick run', () => {
  let opened: Opened;
  let file: Awaited<ReturnType<typeof download>>;

  beforeAll(async () => {
    // These kernels compile quickly, and fill every part of the page. All kernels run in tests/contract.
    opened = await open(`?kernels=stream-read,working-set-read,gemv&memory=0.4&seed=1&gpu=none&${AMPLE}`);
    await runButton(opened.page).click();
    await downloadButton(opened.page).waitFor();
    file = await download(opened.page);
  });

  afterAll(() => opened?.close());

  test('the file is the record, named after adapter and day', () => {
    const { name, text, record } = file;
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(name).toBe(`hbmark-google-swiftshader-${record.created.slice(0, 10)}.json`);
    expect(record.id).toBe(recordId(record));
    expect(record).toMatchObject({ profile: 'quick', seed: 1, reported: { gpu: 'none' } });
    // WebGL has a software adapter as well here, and not always the same one.
    expect(rendererOf(record.adapter.renderer ?? '')?.name).toMatch(/SwiftShader|llvmpipe/);
  });

  test('the figures on screen are those of the file', async () => {
    const { page } = opened;
    const { record } = file;
    const streaming = streamingGBps(record);
    if (!streaming) throw new Error('the run measured no streaming read');
    await expectFigure(page, 'streaming', gbpsText(streaming));
    const line = readLine(record);
    const launch = line ? launchText(line.launchMs).value.replaceAll(' ', '\u00a0') : 'cannot tell';
    expect(await figure(page, 'streaming').locator('[data-launch]').innerText()).toContain(launch);
    await expectFigure(page, 'decode', decodeText(record, DEFAULT_MODEL));
  });

  test('the run is kept, with its headline, and the page says how many more show how runs differ', async () => {
    const streaming = streamingGBps(file.record);
    if (!streaming) throw new Error('the run measured no streaming read');
    const between = opened.page.locator('[data-between]');
    await between.waitFor();
    expect(await between.innerText()).toBe(
      `1 quick run on this machine: ${gbpsText(streaming).value} GB/s\n2 more like it will show how much runs differ.`,
    );
  });

  test('another model has another estimate, from the same record', async () => {
    const { page } = opened;
    const model = modelById('smollm2-135m');
    await page.getByRole('combobox', { name: 'Model' }).selectOption(model.id);
    await expectFigure(page, 'decode', decodeText(file.record, model));
  });

  test('every case has a row', async () => {
    const { page } = opened;
    expect(await page.locator('tbody tr[data-status]').count()).toBe(file.record.measurements.length);
    const measured = file.record.measurements.filter(isMeasured);
    expect(await page.locator('tbody tr[data-status="measured"]').count()).toBe(measured.length);
    // On a busy machine, a case may have too few rounds for a figure.
    const figures = measured.filter((m) => bandwidthGBps(m, file.record.clock.trusted));
    expect(figures.length).toBeGreaterThan(0);
    expect(await page.locator('tbody tr[data-status="measured"] .main .value').count()).toBe(figures.length);
  });

  test('every figure says that this is not a GPU', async () => {
    const { page } = opened;
    await page.getByText('This is not a GPU.').waitFor();
    for (const id of ['streaming', 'decode']) {
      await figure(page, id).getByText('Software adapter, not a GPU').waitFor();
    }
    await page.locator('[data-label="software-adapter"]').waitFor();
  });

  test('the labels are those of the record', async () => {
    const shown = await opened.page
      .locator('li[data-label]')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-label')));
    expect(shown).toEqual(labelsOf(file.record, READER).map(({ id }) => id));
  });

  test('the levels that the sweep found are below its chart', async () => {
    const levels = cachesOf(cacheCurve(file.record))?.levels ?? [];
    const shown = await opened.page.locator('[data-level] strong').allInnerTexts();
    expect(shown).toEqual(levels.map(({ gbps }) => `${gbpsText(gbps).value} GB/s`));
  });

  test('the law is on the page, term by term', async () => {
    const found = lawOfRecord(file.record);
    const law = found?.law;
    const terms = opened.page.locator('[data-term]');
    await expect.poll(() => terms.count()).toBe(law?.terms.length ?? 0);
    const unidentified = law?.terms.filter(({ figure }) => figure === null) ?? [];
    expect(await terms.filter({ hasText: 'not known: ' }).count()).toBe(unidentified.length);
    // A busy machine may not have timed the three sizes that a law needs, or have left the verdict open.
    const bounds = await opened.page.locator('[data-bound]').evaluateAll((all) => all.map((one) => one.dataset.bound));
    expect(bounds).toEqual(law ? [boundOf(file.record, found).verdict] : []);
  });

  test('the page says how the run was measured', async () => {
    const { page } = opened;
    await page.getByText('How was this measured?').click();
    for (const question of ['Which bytes?', 'Which clock?', 'Which interval?', 'From memory or from a cache?']) {
      await page.getByText(question).waitFor();
    }
  });

  test('a program that drives the page is told the whole run', () => {
    const { reports } = opened;
    const types = new Set(reports.map((r) => r.type));
    const kinds = ['adapter', 'clock', 'done', 'label', 'measurement', 'memory', 'plan', 'progress'];
    expect([...types].sort()).toEqual(kinds);
    expect(reports.at(-1)).toMatchObject({ type: 'done', record: file.record });
  });

  test('the page is accessible, light and dark, wide and on a phone', async () => {
    const { page } = opened;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize(PHONE);
    await expect.poll(() => overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test('the chart of a claim opens by keyboard, and its reason describes it to a screen reader', async () => {
    const { page } = opened;
    // A quick run has no steps of claims: two are added to the kept run.
    await page.evaluate(keepWithSteps, fixedCostSteps(file.record));
    await page.reload();
    await page.getByRole('button', { name: /^Show the run of/ }).click();
    const claim = page.locator('[data-claim="fixed-cost"]');
    await claim.locator('summary').focus();
    await page.keyboard.press('Enter');
    const chart = claim.getByRole('application', { name: /^Chart of time of a step against bytes read by a step/ });
    await chart.waitFor();
    const [reason] = await claim.locator('.reason').all();
    expect(await chart.getAttribute('aria-describedby')).toBe(await reason?.getAttribute('id'));
    expect(await reason?.innerText()).toMatch(/^launching dispatches takes 80\.0 %/);
    expect(await page.locator('[data-claim="door"] details').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await expect.poll(() => overflow(page)).toBe(0);
  });

  test('the page logged nothing, nor broke a rule of its Content-Security-Policy', () => {
    expect(opened.complaints).toEqual([]);
  });
});

describe('a whole model', () => {
  const give = (page: Page, config: object) =>
    page.locator('input[name="model-files"]').setInputFiles({
      name: 'config.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify(config)),
    });

  /** Opens the page for a short run, and the part of it that chooses a model. */
  async function openWithModels(): Promise<Opened> {
    const opened = await open(`?kernels=stream-read&memory=0.2&seed=1&context=48&${AMPLE}`);
    await opened.page.getByText('Decode a whole model').click();
    return opened;
  }

  const planned = (page: Page, weights: string) => {
    const model = modelOfConfig(TINY_CONFIG, { id: 'config.json', source: 'this test' });
    const hasText = `${bytesText(weightBytesHeld(tensorsIn(model, allIn(weights))))} weights`;
    return page.locator('[data-plan="fits"]', { hasText }).waitFor();
  };

  const weights = (page: Page, format: string) =>
    page.getByRole('group', { name: 'Weights in' }).getByLabel(format, { exact: true });

  test('a file that is dropped is planned, and planned again as the form changes', async () => {
    const { page, complaints, close } = await openWithModels();
    await give(page, { model_type: 'mamba' });
    await page.getByText(/^config\.json: model_type must be one of llama, .*; got "mamba"$/).waitFor();

    const dropped = await page.evaluateHandle((text) => {
      const data = new DataTransfer();
      data.items.add(new File([text], 'config.json'));
      return data;
    }, JSON.stringify(TINY_CONFIG));
    await page.locator('.masthead').dispatchEvent('drop', { dataTransfer: dropped });
    await planned(page, 'f16');
    expect(await page.locator('.error-card').count()).toBe(0);
    await weights(page, 'int4-g32').check();
    await planned(page, 'int4-g32');
    await weights(page, 'f16').uncheck();
    await planned(page, 'int4-g32');
    await page.getByLabel('Batch').fill('1, 5000');
    await page.getByText('Whole numbers from 1 to 4,096, separated by commas;').waitFor();
    await page.getByLabel('Batch').fill('2');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  // SwiftShader compiles a step's kernels for half a minute. hosts.test.ts times one in Firefox.
  test.runIf(ALL)('its steps are timed in the run, which the browser keeps', async () => {
    const { page, complaints, close } = await openWithModels();
    await give(page, TINY_CONFIG);
    await planned(page, 'f16');
    await weights(page, 'int4-g32').check();
    await weights(page, 'f16').uncheck();
    await planned(page, 'int4-g32');
    await page.getByLabel('Batch').fill('2');
    await runButton(page).click();
    await downloadButton(page).waitFor();
    const { record } = await download(page);
    const [step] = record.decode ?? [];
    if (!step || !isTimedStep(step)) throw new Error(`the step was not timed: ${JSON.stringify(step)}`);
    expect(step.case).toEqual({ model: 'config.json', weights: 'int4-g32', kv: 'f16', batch: 2, context: 48 });
    const figures = stepFigures(step, record.clock.trusted);
    await expectFigure(page, 'steps', figures && tokensPerSecondText(figures.perUser));
    await page.locator('[data-step="measured"]', { hasText: 'may be cached' }).waitFor();
    await page.locator('[data-label="small-model"]').waitFor();
    await page.setViewportSize(PHONE);
    await expect.poll(() => overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);

    await page.reload();
    await page.getByText('quick, config.json, 5 cases').waitFor();
    await page.getByRole('button', { name: /^Show the run of/ }).click();
    await page.locator('[data-step="measured"]').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});

test('a cancelled run keeps its rows and offers its record', async () => {
  const { page, complaints, close } = await open('?autorun=1&kernels=stream-read,working-set-read', {
    viewport: PHONE,
  });
  await page.locator('tr[data-status="measured"]').nth(2).waitFor();
  await cancelButton(page).click();
  await downloadButton(page).waitFor();
  const { record } = await download(page);
  const measured = record.measurements.filter(isMeasured);
  expect(measured.length).toBeGreaterThan(2);
  expect(record.events.map((e) => e.kind)).toContain('cancelled');
  expect(await page.locator('tr[data-status="measured"]').count()).toBe(measured.length);
  await page.locator('[data-label="incomplete"]').waitFor();
  await page.getByRole('button', { name: 'Run again' }).waitFor();
  expect(await overflow(page)).toBe(0);
  expect(complaints).toEqual([]);
  await close();
});

test('a run that is cancelled before anything was measured says so, and another can start', async () => {
  const { page, close } = await open('?autorun=1');
  await cancelButton(page).click();
  await page.locator('.notice').waitFor();
  expect(await page.locator('.error-card').count()).toBe(0);
  await runButton(page).waitFor();
  await close();
});
