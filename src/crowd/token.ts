/**
 * The token that deletes a run from a collection. Whoever sends a run makes it: the same run with the same token can be
 * sent again where the answer was lost.
 */

import { bytesToHex, randomBytes } from '@noble/hashes/utils.js';

/** The bytes of a token: nobody can guess it. */
const BYTES = 32;

export const newToken = (): string => bytesToHex(randomBytes(BYTES));
