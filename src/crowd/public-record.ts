/**
 * The public form of a record: all its numbers, and of its texts only those that no person chose. A text is shown where
 * it is of a closed list, or has the form of an identifier or a hash; any other is null in its place, and listed. So a
 * public form is not a record: its id is that of the record that it was made of.
 */

import { gpuOfName } from '../../results/gpus/by-name.ts';
import { placeOf } from '../../results/machine/place.ts';
import { isVendor, vendorName } from '../../results/machine/vendors.ts';
import { MODELS } from '../model/models/index.ts';

export interface PublicRecord {
  readonly record: unknown;
  /** Where something is withheld, each place once: `events[].detail`. */
  readonly withheld: readonly string[];
}

/** A name in one spelling, in which those of several people can be compared. */
export const spellingOf = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** The number of submitters who have to type a name alike before it is shown. */
export const MIN_ALIKE = 3;

const hex = /^[0-9a-f]{8,64}$/;
const date = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const version = /^\d+\.\d+\.\d+$/;
/** What a kernel, a variant, a format, a feature, a limit or a profile may be called. */
const identifier = /^[a-zA-Z][a-zA-Z0-9]{0,19}(?:[-_][a-zA-Z0-9]{1,16}){0,5}$/;
/** What a parameter or a limit may be called: `maxComputeInvocationsPerWorkgroup`. */
const parameter = /^[a-zA-Z][a-zA-Z0-9]{0,39}$/;
const architecture = /^[a-z0-9]{1,12}(?:-[a-z0-9]{1,8}){0,3}$/;

const matches =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);
const isIdentifier = matches(identifier);

/** Brands and platforms as engines and browsers write them. */
const isBrand = matches(
  /^(?:Google Chrome|Chrome|Chromium|Microsoft Edge|Firefox|Safari|Opera|Brave|Vivaldi|Dawn|wgpu in Deno|unknown browser)$/,
);
const isPlatform = (text: string): boolean =>
  /^[A-Za-z]+(?: [a-z0-9_]{2,8})?$/.test(text) &&
  placeOf({ kind: 'node', brand: '', platform: text }).system !== 'unknown';

/** Which texts are shown, by the key that they have; those of a list by the list's. All others are withheld. */
const SHOWN: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ...['id', 'kernels', 'commit', 'checksum', 'mac'].map((key) => [key, matches(hex)] as const),
  ...['created', 'expires'].map((key) => [key, matches(date)] as const),
  ['version', matches(version)],
  ...['profile', 'kind', 'status', 'stopped', 'trusted', 'kernel', 'variant', 'weights', 'kv', 'features'].map(
    (key) => [key, isIdentifier] as const,
  ),
  ['brand', isBrand],
  ['platform', isPlatform],
  ['vendor', (text) => isVendor(vendorName(text))],
  ['architecture', (text) => text === '' || architecture.test(text)],
  ['model', (text) => MODELS.some(({ id }) => id === text)],
]);

/** The lists of values whose names a record chooses, and whose texts are identifiers. */
const BY_NAME: ReadonlySet<string> = new Set(['params', 'tuning', 'limits']);

/**
 * @param record JSON of a record of any version that has passed its check
 * @param isAlike whether the GPU's name was typed alike by others (`MIN_ALIKE`)
 */
export function publicRecord(record: Readonly<Record<string, unknown>>, isAlike: boolean): PublicRecord {
  const withheld = new Set<string>();
  const withhold = (path: string): null => {
    withheld.add(path);
    return null;
  };
  const visit = (value: unknown, key: string, path: string, isNamed: boolean): unknown => {
    if (typeof value === 'string') {
      const isShown = isNamed ? isIdentifier : SHOWN.get(key);
      return isShown?.(value) ? value : withhold(path);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => visit(item, key, `${path}[]`, isNamed));
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, item]): [string, unknown][] => {
        const within = path ? `${path}.${name}` : name;
        if (within === 'reported') return [[name, reported(item)]];
        if (!isNamed) return [[name, visit(item, name, within, BY_NAME.has(name))]];
        if (parameter.test(name)) return [[name, visit(item, name, within, true)]];
        withhold(`${path}.*`);
        return [];
      }),
    );
  };
  const reported = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const path = `reported.${name}`;
        if (typeof item !== 'string') return [name, item];
        if (name !== 'gpu') return [name, withhold(path)];
        return [name, gpuOfName(item)?.name ?? (isAlike ? spellingOf(item) : withhold(path))];
      }),
    );
  };
  return { record: visit(record, '', '', false), withheld: [...withheld] };
}
