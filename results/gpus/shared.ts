/**
 * GPUs that read the computer's memory, whose speed the part does not fix: it is that of the memory which a maker fits.
 * They are known by name, and have no row in the table.
 */

import { saidIn, spaced, vendorsOf } from './words.ts';

/** Vendor, what a name has, and the name to show, in which $1 is what the pattern found. */
const SHARED: readonly (readonly [vendor: string, pattern: RegExp, name: string])[] = [
  ['amd', /\bradeon (?:graphics )?(\d{3}m)\b/, 'AMD Radeon $1'],
  ['amd', /\bradeon (8040s)\b/, 'AMD Radeon $1'],
  ['amd', /\bvega (3|6|7|8|9|10|11)\b/, 'AMD Radeon Vega $1'],
  ['amd', /\bradeon (r[2-7]) graphics\b/, 'AMD Radeon $1 Graphics'],
  ['amd', /custom gpu|vangogh|steam deck/, 'AMD’s GPU of the Steam Deck'],
  ['amd', /\bradeon(?: vega)? graphics\b/, 'AMD Radeon Graphics'],
  ['amd', /\bryzen(?: ai)?\b/, 'a GPU of AMD’s Ryzen'],
  ['intel', /\barc (?:pro )?(?:graphics )?(1[34]0t|b3[79]0)\b/, 'Intel Arc $1'],
  ['intel', /\barc graphics\b/, 'Intel Arc Graphics'],
  ['intel', /\b(?:iris xe|xe graphics)\b(?! max)/, 'Intel Iris Xe Graphics'],
  ['intel', /\biris(?: (?:pro|plus))?(?: graphics)? (p?\d{3,4})\b/, 'Intel Iris Graphics $1'],
  ['intel', /\biris\b(?! xe max)/, 'Intel Iris Graphics'],
  ['intel', /\buhd(?: graphics)?(?: for [^(]*)? (p?\d{3})\b/, 'Intel UHD Graphics $1'],
  ['intel', /\buhd\b/, 'Intel UHD Graphics'],
  ['intel', /\b(?:intel hd|hd graphics)(?: graphics)? (p?\d{3,4})\b/, 'Intel HD Graphics $1'],
  ['intel', /\bhd graphics\b/, 'Intel HD Graphics'],
  ['intel', /\bintel graphics\b/, 'Intel Graphics'],
  ['qualcomm', /\badreno (x\d-\d+|\d{3}[a-z]?)\b/, 'Qualcomm Adreno $1'],
  ['qualcomm', /\badreno\b|\bsnapdragon\b/, 'Qualcomm Adreno'],
  ['arm', /\bmali[ -]?([a-z]?\d+\w*)/, 'Arm Mali-$1'],
  ['arm', /\bimmortalis[ -]?(g\d+)/, 'Arm Immortalis-$1'],
  ['arm', /\bmali\b|\bimmortalis\b/, 'Arm Mali'],
  ['samsung', /\bxclipse (\d+)/, 'Samsung Xclipse $1'],
  ['apple', /\bapple (a\d{1,2}[xz]?)(?: (?:pro|bionic|fusion))?\b/, 'Apple $1'],
  ['imagination', /\bpowervr\b/, 'Imagination PowerVR'],
];

/** The GPU with shared memory that a text names; undefined where it names none, or another vendor's GPU, too. */
export function sharedNamed(text: string): string | undefined {
  const vendors = vendorsOf(saidIn(text).brands);
  if (vendors.length > 1) return undefined;
  const plain = spaced(text)
    .toLowerCase()
    .replace(/\((?:r|tm|c)\)|[®™©]/g, ' ')
    .replace(/\s+/g, ' ');
  for (const [vendor, pattern, name] of SHARED) {
    const found = pattern.exec(plain);
    if (!found || (vendors.length > 0 && vendors[0] !== vendor)) continue;
    return name.replace('$1', (found[1] ?? '').toUpperCase());
  }
  return undefined;
}
