/** Keeps the site for use without a network: registers the service worker (worker/service-worker.ts). */

import { MEASURING_LOCK } from '../../engine/interruptions/measuring-lock.ts';
import { routeUrl } from '../routes.ts';

/** Registers the service worker, unless a session measures in some tab. What fails is tried again at the next visit. */
export async function keepOffline(): Promise<void> {
  try {
    const { held = [] } = await navigator.locks.query();
    if (held.some(({ name }) => name === MEASURING_LOCK)) return;
    const address = new URL('service-worker.js', routeUrl('bench'));
    const registration = await navigator.serviceWorker.register(address, { updateViaCache: 'none' });
    const offer = () => offerPage(registration.waiting ?? registration.installing);
    registration.addEventListener('updatefound', offer);
    offer();
  } catch {
    // The browser lets this site keep nothing, or the network is gone: the page itself needs no service worker.
  }
}

/** Tells a worker that waits which build this page is of: if no other page is open, it need not wait. */
function offerPage(worker: ServiceWorker | null): void {
  // The page's own script. One that runs before it (vite.pages.ts) may be the same in several builds.
  const script = document.querySelector<HTMLScriptElement>('script[type="module"]:not([async])')?.src;
  if (!worker || script === undefined) return;
  if (worker.state === 'installed') worker.postMessage(script);
  else if (worker.state === 'installing')
    worker.addEventListener('statechange', () => offerPage(worker), { once: true });
}
