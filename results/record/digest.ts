/** Identity by content: SHA-256 over canonical JSON (RFC 8785), in which key order and white space do not matter. */

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { RecordBody, RunRecord } from './schema.ts';

/** The SHA-256, in hex, of the canonical JSON of `value`. @throws TypeError if `value` has no JSON form. */
export function digest(value: unknown): string {
  const json = canonicalize(value);
  if (json === undefined) throw new TypeError(`only a value that JSON can hold has a digest; got ${typeof value}`);
  return bytesToHex(sha256(utf8ToBytes(json)));
}

/** The record of `body`: the body with its id. */
export function seal(body: RecordBody): RunRecord {
  return { ...body, id: digest(body) };
}

/** The id that a record of any version should have by its content. */
export function recordId({ id: _, ...body }: { readonly id: string }): string {
  return digest(body);
}
