/** A record's canonical JSON (RFC 8785) and its id, from one pass: both are needed of every record that is submitted. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface CanonicalForm {
  /** Of the record, its id included. */
  readonly text: string;
  /** The id that the record should have: the SHA-256 of the rest. */
  readonly id: string;
}

/** @throws TypeError for a value that JSON cannot hold */
export function canonicalForm(record: Readonly<Record<string, unknown>>): CanonicalForm {
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => ({ key, text: `${canonicalize(key)}:${canonicalize(record[key])}` }));
  const textOf = (some: typeof members): string => `{${some.map(({ text }) => text).join(',')}}`;
  const body = textOf(members.filter(({ key }) => key !== 'id'));
  return { text: textOf(members), id: createHash('sha256').update(body).digest('hex') };
}
