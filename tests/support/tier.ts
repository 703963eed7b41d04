/**
 * Which tests run. The gate has 25 minutes, and on two cores not every test fits in. It leaves out those that repeat on
 * another host, in another colour or at another moment what one of its tests shows: a test that is left out counts as
 * skipped, and a table of examples has fewer rows. `npm test -- all` runs every one.
 */

export const ALL = process.env.HBMARK_TESTS === 'all';

/** Rows of a table that the gate leaves out. */
export const beyondGate = <Row>(...rows: readonly Row[]): readonly Row[] => (ALL ? rows : []);
