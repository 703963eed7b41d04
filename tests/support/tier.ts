/**
 * Which tests run. The gate has 25 minutes, and on two cores not every test fits in. It leaves out, and counts as
 * skipped, those that repeat on another host, in another colour or at another moment what one of its tests shows.
 * `npm test -- all` runs every one.
 */

export const ALL = process.env.HBMARK_TESTS === 'all';
