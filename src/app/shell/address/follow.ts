/** Keeps the address at what a person has chosen, without a step back for each change. */

import { computed, effect } from '@preact/signals';

/** How long the address waits for a further change: browsers refuse more than a hundred changes in half a minute. */
const ADDRESS_MS = 300;

/** @param queryNow reads signals, and returns the query that stands for them, with its `?` */
export function followAddress(queryNow: () => string): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isFirst = true;
  // What changes no query writes no address.
  const asked = computed(queryNow);
  effect(() => {
    const query = asked.value;
    // An address with something wrong in it stays until the person changes something.
    if (isFirst) {
      isFirst = false;
      return;
    }
    clearTimeout(timer);
    timer = setTimeout(
      () => history.replaceState(null, '', `${location.pathname}${query}${location.hash}`),
      ADDRESS_MS,
    );
  });
}
