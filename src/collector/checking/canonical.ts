/**
 * A record's canonical JSON (RFC 8785) and its id: both are needed of every record that is submitted, and `canonicalize`
 * took a quarter of all the time of a submission. RFC 8785 writes values as `JSON.stringify` does, and keys in order. So
 * what `JSON.stringify` could have written is canonical if its keys are in order, as page and terminal send it; and of
 * anything else, a copy with its keys in order is written at once.
 */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface CanonicalForm {
  /** The canonical JSON of the record, its id included. */
  readonly text: string;
  /** The id that the record should have: the SHA-256 of the rest. */
  readonly id: string;
}

/**
 * @param record JSON that has passed the schema: its numbers are finite, its texts hold no half of a surrogate pair
 * @param text its canonical JSON, where that is known
 */
export function canonicalForm(record: Readonly<Record<string, unknown>>, text = canonicalText(record)): CanonicalForm {
  return { text, id: idWithin(text, record) ?? idOf(record) };
}

function canonicalText(value: unknown): string {
  const sorted = inOrder(value);
  return (sorted === UNSORTABLE ? canonicalize(value) : JSON.stringify(sorted)) ?? '';
}

/** The id by a canonical text with the id in it, which is cut out; undefined where it is not certain which part is it. */
function idWithin(text: string, record: Readonly<Record<string, unknown>>): string | undefined {
  const member = `"id":${JSON.stringify(record.id)},`;
  const at = text.indexOf(member);
  // The same may stand within, as a parameter of a kernel. There is one at the top if a key comes after it.
  const isOne = at >= 0 && text.indexOf(member, at + 1) < 0 && Object.keys(record).some((key) => key > 'id');
  if (!isOne) return undefined;
  return createHash('sha256')
    .update(text.slice(0, at))
    .update(text.slice(at + member.length))
    .digest('hex');
}

function idOf({ id: _, ...body }: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonicalText(body)).digest('hex');
}

/** Stands for a value whose keys no object keeps in order. */
const UNSORTABLE = Symbol('unsortable');

/** Objects have such keys first, whatever the order in which they were set, and lose `__proto__`. */
const isMoved = (key: string): boolean => /^(?:\d+|__proto__)$/.test(key);

/** The value with the keys of its objects in order. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(inOrder);
    return items.includes(UNSORTABLE) ? UNSORTABLE : items;
  }
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const member = inOrder(value[key as keyof typeof value]);
    if (member === UNSORTABLE || isMoved(key)) return UNSORTABLE;
    sorted[key] = member;
  }
  return sorted;
}
