/** Addresses that cannot be used as they are: each gets one card, on every route, which says what was read. */

import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import type { Route } from '../../../../src/app/shell/routes.ts';
import { beforeWorker, openIn, violations } from '../opened.ts';
import { servedSite } from '../site.ts';
import { routeAt } from '../states.ts';

const site = servedSite();

const open = (route: Route['id'], address: string, prepare?: (page: Page) => Promise<unknown>) =>
  openIn(site.browser, routeAt(site.address, route) + address, { driven: false, ...(prepare && { prepare }) });

const MUST_BE_RUN = 'must be the key of a run, which this browser keeps or the collection has';

const UNUSABLE: readonly (readonly [Route['id'], string, string])[] = [
  ['bench', '?kernels=foo', '"kernels" must be ids of kernels'],
  ['bench', '?profile=quick&profile=full', '"profile" must be given once; it is "quick", and then "full".'],
  ['bench', '?continue=', '"continue" must be given once, with the key of a run; it is "".'],
  ['bench', '?Profile=full', 'Unknown parameter "Profile".'],
  ['what-if', '?gpu=RTX+4090&gpu=RTX+3090', '"gpu" must be given once'],
  ['what-if', '?mem=1%2C000', '"mem" must be a number from 0.01 to 10000000 GB; it is "1,000".'],
  ['result', '?run=a&run=b', '"run" must be given once; it is "a", and then "b".'],
  ['result', '?tab=', '"tab" must be one of why'],
  ['result', '?run=', `"run" ${MUST_BE_RUN}; it is "".`],
  ['compare', '?a=', `"a" ${MUST_BE_RUN}; it is "".`],
  ['compare', '?a=1&a=2', '"a" must be given once; it is "1", and then "2".'],
  ['crowd', '?when=never', '"when" must be one of year, all; it is "never".'],
  ['history', '?run=a', 'Unknown parameter "run". There are none here.'],
  ['method', '?%3Cb%3E=1', 'Unknown parameter "<b>". There are none here.'],
  ['privacy', '?a', 'Unknown parameter "a". There are none here.'],
];

test.each(UNUSABLE)('%s with %s', async (route, address, line) => {
  const { page, complaints, close } = await open(route, address);
  const card = page.locator('.error-card');
  await card.waitFor();
  expect(await card.count()).toBe(1);
  const text = await card.innerText();
  expect(text).toContain('Part of this address could not be used');
  expect(text).toContain(line);
  expect(text).toContain('The usual value stands in its place');
  expect(await violations(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await close();
});

test('a browser without WebGPU is told of a kernel that does not exist, too', async () => {
  const { page, close } = await open('bench', '?kernels=foo', (page) =>
    beforeWorker(page, 'delete WorkerNavigator.prototype.gpu'),
  );
  await page.locator('.error-card[data-code="no-webgpu"]').waitFor();
  expect(await page.locator('.error-card[data-code="unknown-parameter"]').innerText()).toContain('it is "foo".');
  await close();
});

test.each(['bench', 'what-if', 'compare', 'history', 'crowd', 'method', 'privacy'] as const)(
  '%s with the link of a result leads to it',
  async (route) => {
    const { page, close } = await open(route, '');
    expect(await page.locator('.held-result').count()).toBe(0);
    // A link that is pasted into the address bar of an open page loads nothing anew.
    await page.evaluate(() => {
      location.hash = '#summary=1.9.00000000.cut';
    });
    await page.getByRole('link', { name: 'Open the result' }).click();
    await page.getByRole('heading', { name: 'This link was cut' }).waitFor();
    await close();
  },
);

test('the address of the bench follows the form, and the same form comes out of it', async () => {
  const { page, close } = await open('bench', '?seed=7');
  const query = () => new URL(page.url()).search;
  await page.getByRole('radio', { name: 'Full' }).check();
  await expect.poll(query).toBe('?profile=full&seed=7');
  await page.getByText('Decode a whole model').click();
  await page.locator('select[name="decode"]').selectOption('smollm2-135m');
  await expect.poll(query).toBe('?profile=full&seed=7&decode=smollm2-135m');
  await page.reload();
  expect(await page.getByRole('radio', { name: 'Full' }).isChecked()).toBe(true);
  expect(await page.locator('select[name="decode"]').inputValue()).toBe('smollm2-135m');
  await close();
});
