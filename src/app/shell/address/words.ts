/** What the card of an address says, wherever it is shown. */

export const UNUSABLE = 'Part of this address could not be used';

export const GO_ON = 'The usual value stands in its place: go on, or correct the address and load it again.';
