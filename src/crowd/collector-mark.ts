/**
 * How a page knows that its site has a collector, without asking at an address where a host of files has nothing: the
 * site says so in the header of the page itself (https://www.w3.org/TR/server-timing/), which scripts can read.
 */

/** The name of the entry. */
const NAME = 'hbmark-collector';

/** The header of a page beside which a collector answers. */
export const COLLECTOR_MARK = { 'server-timing': NAME };

/** Whether the header of a page says that a collector answers beside it. */
export const isMarked = (timings: readonly { readonly name: string }[] = []): boolean =>
  timings.some(({ name }) => name === NAME);
