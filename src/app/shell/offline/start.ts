/** Has the site kept for offline use, once the page has loaded and has nothing else to do. */

import { isDriven } from '../../pages/bench/driver.ts';

/** Does nothing in a page that a program drives, in one that is being developed, and where there are no service workers. */
export function startOffline(): void {
  if (!import.meta.env.PROD || isDriven() || !('serviceWorker' in navigator)) return;
  const begin = () =>
    setTimeout(() => {
      import('./keep-offline.ts').then(
        ({ keepOffline }) => keepOffline(),
        () => {
          // The network is gone already: the next visit tries again.
        },
      );
    }, REST_MS);
  if (document.readyState === 'complete') begin();
  else addEventListener('load', begin, { once: true });
}

/** A page draws its charts and reads its runs first. */
const REST_MS = 2000;
