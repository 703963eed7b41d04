/**
 * Draws the icons of the installed site out of its favicon, in a Chromium: `node tools/make-icons.mjs`, after the favicon
 * has changed. A maskable icon fills its square, since a system cuts its own shape out of it.
 */

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { findChromium } from '../src/cli/hosts/find-programs.mjs';
import { ROOT } from './bootstrap.mjs';

const PAGES = join(ROOT, 'src/app/pages');
const ICONS = join(PAGES, 'public/icons');

/** The least part of a maskable icon's width that every shape shows (https://www.w3.org/TR/appmanifest/#icon-masks). */
const SAFE = 0.8;

const favicon = readFileSync(join(PAGES, 'favicon.svg'), 'utf8');
const [, colour] = /<rect [^>]*fill="(#\w+)"/.exec(favicon) ?? [];
if (colour === undefined) throw new Error('the favicon begins with a filled rect');

const executablePath = findChromium();
if (executablePath === undefined) throw new Error('install Chromium or Chrome first');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();

/**
 * @param {string} name
 * @param {number} size
 * @param {{ share?: number, behind?: string }} [options] the part of the width that the favicon takes, and the colour behind it
 */
async function draw(name, size, { share = 1, behind = 'transparent' } = {}) {
  const drawn = `width:${share * size}px;height:${share * size}px`;
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<body style="margin:0;width:${size}px;height:${size}px;display:grid;place-items:center;background:${behind}">
      ${favicon.replace('<svg ', `<svg style="${drawn}" `)}
    </body>`,
  );
  await page.screenshot({ path: join(ICONS, name), omitBackground: true });
}

copyFileSync(join(PAGES, 'favicon.svg'), join(ICONS, 'icon.svg'));
await draw('icon-192.png', 192);
await draw('icon-512.png', 512);
await draw('icon-maskable-512.png', 512, { share: SAFE, behind: colour });
await browser.close();
