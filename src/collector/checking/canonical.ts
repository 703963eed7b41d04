/**
 * A record's canonical JSON (RFC 8785) and its id, from one pass: both are needed of every record that is submitted, and
 * `canonicalize` took a quarter of all the time of a submission. RFC 8785 writes values as `JSON.stringify` does, and
 * keys in order, so a copy with its keys in order is written at once, four times as fast.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface CanonicalForm {
  /** The canonical JSON of the record, its id included. */
  readonly text: string;
  /** The id that the record should have: the SHA-256 of the rest. */
  readonly id: string;
}

/** @param record JSON that has passed the schema: its numbers are finite, its texts hold no half of a surrogate pair */
export function canonicalForm(record: Readonly<Record<string, unknown>>): CanonicalForm {
  const members = Object.keys(record)
    .filter((key) => record[key] !== undefined)
    .sort()
    .map((key) => ({ key, text: `${JSON.stringify(key)}:${canonicalText(record[key])}` }));
  const textOf = (some: typeof members): string => `{${some.map(({ text }) => text).join(',')}}`;
  const body = textOf(members.filter(({ key }) => key !== 'id'));
  return { text: textOf(members), id: createHash('sha256').update(body).digest('hex') };
}

const canonicalText = (value: unknown): string | undefined => {
  const sorted = inOrder(value);
  return sorted === UNSORTABLE ? canonicalize(value) : JSON.stringify(sorted);
};

/** Stands for a value whose keys no object keeps in order. */
const UNSORTABLE = Symbol('unsortable');

/** Objects have such keys first, whatever the order in which they were set, and lose `__proto__`. */
const isMoved = (key: string): boolean => /^(?:\d+|__proto__)$/.test(key);

/** The value with the keys of its objects in order: itself, where they are. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    if (items.includes(UNSORTABLE)) return UNSORTABLE;
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  const entries = Object.entries(value);
  let isInOrder = true;
  for (const [i, entry] of entries.entries()) {
    const [key, item] = entry;
    const sorted = inOrder(item);
    if (sorted === UNSORTABLE || isMoved(key)) return UNSORTABLE;
    if (sorted !== item || (i > 0 && key < (entries[i - 1]?.[0] ?? ''))) isInOrder = false;
    entry[1] = sorted;
  }
  return isInOrder ? value : Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
