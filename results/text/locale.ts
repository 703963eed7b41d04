/**
 * How numbers and dates are written: in English, unless a program says otherwise at its start. The page and those of
 * its workers that write for it follow the browser; the terminal, records and files are in English everywhere.
 *
 * Digits are 0 to 9 in every locale, since the words are English and run from left to right: other digits would turn an
 * interval around, its upper end first. Making a format takes some 35 times as long as using it (Node 20), so each is
 * made once for a locale.
 */

/** Locales in the order in which they are wanted, with the formats that have been made for them. */
interface Locales {
  readonly tags: readonly string[];
  readonly numbers: Map<string | number, Intl.NumberFormat>;
  readonly dates: Map<string, Intl.DateTimeFormat>;
}

const localesOf = (tags: readonly string[]): Locales => ({ tags, numbers: new Map(), dates: new Map() });

/** English with dates that cannot be misread: `28 Nov 2026`. */
const ENGLISH = localesOf(['en-GB']);

let locales = ENGLISH;

/** Writes numbers and dates as these locales do from now on. What is no locale is left out; none at all is English. */
export function setLocales(wanted: readonly string[]): void {
  const tags = wanted.filter(isKnown);
  locales = tags.length > 0 ? localesOf(tags) : ENGLISH;
}

/** Whether the runtime knows a locale. Some browsers name one that is none, such as `en-US@posix`. */
function isKnown(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Does what is for files and other people's eyes: its numbers and dates are in English, whatever the locale is. */
export function inEnglish<T>(write: () => T): T {
  const before = locales;
  locales = ENGLISH;
  try {
    return write();
  } finally {
    locales = before;
  }
}

/** The format of numbers under this name. `options` are those of the name, and the same in every call. */
export function numberFormat(name: string | number, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const { tags, numbers } = locales;
  const made = numbers.get(name) ?? new Intl.NumberFormat([...tags], { ...options, numberingSystem: 'latn' });
  numbers.set(name, made);
  return made;
}

/** The format of dates under this name. */
export function dateFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { tags, dates } = locales;
  const made = dates.get(name) ?? new Intl.DateTimeFormat([...tags], { ...options, numberingSystem: 'latn' });
  dates.set(name, made);
  return made;
}

/** What the locale has between thousands: `,` in English, `.` in German. */
export function groupSeparator(): string {
  const parts = numberFormat('grouped', { useGrouping: true }).formatToParts(1_234_567);
  return parts.find(({ type }) => type === 'group')?.value ?? '';
}
