/** Identity by content: SHA-256 over canonical JSON (RFC 8785), so that key order and white space do not matter. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { RecordBody, RunRecord } from './schema.ts';

/** SHA-256, in hex, of the canonical JSON of `value`. @throws if `value` has no JSON form. */
export function digest(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError('only what JSON can hold has a digest');
  return bytesToHex(sha256(utf8ToBytes(json)));
}

/** The record of `body`, with its id. */
export function seal(body: RecordBody): RunRecord {
  return { ...body, id: digest(body) };
}

/** The id that `record` should have. */
export function recordId({ id: _, ...body }: RunRecord): string {
  return digest(body);
}
