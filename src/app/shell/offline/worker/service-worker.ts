/**
 * The service worker: the site works without a network after the first visit. It keeps each build whole, in a cache of
 * its own, with the headers that it was served with.
 *
 * - A page comes from the network, and so is never an old one while there is a server; without an answer, from the cache.
 * - A file whose name holds a hash comes from the cache: a page gets the files of its own build, whichever that is.
 * - A new build waits until no page of the old one is open; then the old one's cache is deleted.
 * - While a run measures, in any tab, nothing is fetched ahead and nothing deleted.
 */

import { MEASURING_LOCK } from '../../../engine/interruptions/measuring-lock.ts';
import { type BuiltFile, cachesOf, isHashed, pathIn } from './site.ts';

declare const self: ServiceWorkerGlobalScope;

// vite.offline.ts writes both.
declare const HBMARK_BUILD: string;
declare const HBMARK_FILES: readonly BuiltFile[];

/** How long a page that is kept waits for the network's, which is newer or the same. */
const PATIENCE_MS = 4000;

const { scope } = self.registration;
const CACHE = cachesOf(scope) + HBMARK_BUILD;
const PATHS: ReadonlySet<string> = new Set(HBMARK_FILES.map(({ path }) => path));

const urlOf = (path: string): string => new URL(path, scope).href;

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));

self.addEventListener('message', (event) => {
  if (typeof event.data === 'string') event.waitUntil(takeOver(event.data));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = request.method === 'GET' ? pathIn(scope, request.url) : undefined;
  if (path === undefined) return;
  if (isHashed(path)) event.respondWith(hashedFile(request));
  else if (PATHS.has(path) || PATHS.has(`${path}/`)) event.respondWith(newest(request, path));
});

/** Fetches all files of this build. It is whole or not there: the next visit tries again. */
async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  try {
    for (const file of HBMARK_FILES) {
      if (await isMeasuring()) throw new Error('a run is measuring: the site is kept for offline use later');
      await cache.put(urlOf(file.path), await fetched(file));
    }
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Fetches a file of this build. @throws TypeError if the server has another by now, so that no two builds are mixed */
async function fetched({ path, integrity }: BuiltFile): Promise<Response> {
  const response = await fetch(urlOf(path), { integrity, cache: isHashed(path) ? 'default' : 'no-cache' });
  // A page that came by a redirection could not be shown.
  if (!response.ok || response.redirected) throw new TypeError(`${path}: ${response.status}`);
  return response;
}

async function activate(): Promise<void> {
  for (const name of await keptCaches()) if (name !== CACHE) await caches.delete(name);
  // Firefox shows its own page of an error where a preload fails, whatever is answered in its place
  // (https://github.com/GoogleChrome/workbox/issues/3134). A build before this one may have switched it on.
  await self.registration.navigationPreload?.disable();
  // The page of the first visit gets what it loads later from the cache, too.
  await self.clients.claim();
}

/** Takes the place of an older worker at once, if the only open page is of this build. @param script of that page */
async function takeOver(script: string): Promise<void> {
  const path = pathIn(scope, script);
  if (path === undefined || !PATHS.has(path) || (await isMeasuring())) return;
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (open.length === 1) await self.skipWaiting();
}

/** Whether a session measures in any tab of this browser. */
async function isMeasuring(): Promise<boolean> {
  const { held = [] } = await self.navigator.locks.query();
  return held.some(({ name }) => name === MEASURING_LOCK);
}

/** The caches of this site, this build's first. */
async function keptCaches(): Promise<readonly string[]> {
  const names = (await caches.keys()).filter((name) => name.startsWith(cachesOf(scope)) && name !== CACHE);
  return [CACHE, ...names];
}

async function hashedFile(request: Request): Promise<Response> {
  for (const cacheName of await keptCaches()) {
    const kept = await caches.match(request.url, { cacheName, ignoreVary: true });
    if (kept) return kept;
  }
  return fetch(request);
}

/** What the network has at this path; if it has no answer or takes long, what is kept. */
async function newest(request: Request, path: string): Promise<Response> {
  const network = fromNetwork(request);
  const soon = await Promise.race([network, new Promise<void>((done) => setTimeout(done, PATIENCE_MS))]);
  return soon ?? (await kept(path, request.url)) ?? (await network) ?? Response.error();
}

/** The network's answer. Undefined: there is none, or the server is in trouble. */
async function fromNetwork(request: Request): Promise<Response | undefined> {
  try {
    const response = await fetch(request);
    return response.status >= 500 ? undefined : response;
  } catch {
    return undefined;
  }
}

async function kept(path: string, address: string): Promise<Response | undefined> {
  const found = await caches.match(urlOf(path), { cacheName: CACHE, ignoreVary: true });
  if (found || !PATHS.has(`${path}/`)) return found;
  // Addresses in a page are relative to its folder.
  return Response.redirect(`${urlOf(path)}/${new URL(address).search}`);
}
