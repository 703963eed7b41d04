/**
 * What a link carries behind its `#`, where no server sees it:
 *
 *     record=1.LENGTH.CHECK.DATA     a whole record
 *     summary=1.LENGTH.CHECK.DATA    its figures without its samples
 *
 * DATA is compressed JSON in base64url, LENGTH the number of its characters and CHECK their hash, so that a link which
 * was cut or changed on its way is told from one that was never right.
 */

import type { Refusal } from '../shelf/refusal.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { inflated, packed } from './deflate.ts';
import { foreignLink, linkBroken, linkCut, linkTooLong, newerLink, unpacksTooLong } from './problems.ts';

export type Carried = 'record' | 'summary';

/** The version of what a link carries. It rises when an older page could not read it any more. */
const VERSION = 1;

/**
 * The maximum length of a fragment, in characters. Chromium's address bar takes 512,000 from the clipboard, Firefox
 * opens no address of more than 1,048,576 (network.standard-url.max-length).
 */
export const MAX_FRAGMENT = 500_000;

/** Returns the fragment, without `#`, that carries a text. It may be longer than `MAX_FRAGMENT`. */
export async function fragmentOf(carried: Carried, text: string): Promise<string> {
  const data = toBase64url(await packed(text, 'deflate-raw'));
  return `${carried}=${VERSION}.${data.length}.${hashOf(data)}.${data}`;
}

export type Opened =
  | { readonly ok: true; readonly carried: Carried; readonly text: string }
  | { readonly ok: false; readonly refusal: Refusal };

const HEADER = /^(record|summary)=(\d{1,9})\.(\d{1,9})\.([0-9a-f]{8})\./;

/** What each kind of fragment begins with, as far as a cut has left it. */
const STARTS = /^(?:record|summary)=(?:$|\d{1,9}(?:$|\.))/;

const ESCAPED = /^(record|summary)%3D/i;

/** Reads a fragment without its `#`. @param maxBytes the bound of the text of each kind */
export async function openFragment(fragment: string, maxBytes: Readonly<Record<Carried, number>>): Promise<Opened> {
  const failed = (refusal: Refusal): Opened => ({ ok: false, refusal });
  if (fragment.length > MAX_FRAGMENT) return failed(linkTooLong(fragment.length, MAX_FRAGMENT));
  // Some programs escape what an address need not have escaped: of a link, that is the first sign alone.
  const written = fragment.replace(ESCAPED, '$1=');
  const header = HEADER.exec(written);
  if (!header) {
    if (!STARTS.test(written)) return failed(foreignLink(fragment));
    return failed(linkCut(fragment.length));
  }
  const [before, kind, version, length, check] = header;
  const carried: Carried = kind === 'record' ? 'record' : 'summary';
  if (Number(version) > VERSION) return failed(newerLink(Number(version), VERSION));
  // What writes links into sentences may add a full stop or a bracket.
  const data = written.slice(before.length, before.length + Number(length));
  if (data.length < Number(length)) return failed(linkCut(data.length, Number(length)));
  const bytes = hashOf(data) === check && Number(version) === VERSION ? fromBase64url(data) : undefined;
  if (!bytes) return failed(linkBroken);
  const unpacked = await inflated(bytes, maxBytes[carried]);
  if ('text' in unpacked) return { ok: true, carried, text: unpacked.text };
  return failed(unpacked.problem === 'too-long' ? unpacksTooLong(maxBytes[carried]) : linkBroken);
}

/** A hash of 32 bits that finds accidents, not forgeries (FNV-1a), in hex. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
