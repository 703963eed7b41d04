/**
 * Text of strangers, made fit to be shown: names, messages and values out of records, model files, drivers and command
 * lines. A terminal obeys some characters instead of showing them (it may set a window's title or the clipboard, or go
 * back and write over a line), others turn the order of what stands beside them, and a name may be 400 kB long.
 */

/**
 * Characters that are not seen as themselves: controls (C0, C1 and DEL, and with them the beginning of each escape
 * sequence), marks of format (of direction, zero-width), lone surrogates, private and unassigned ones, and what ends a
 * line or a paragraph.
 */
export const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/gu;

const LINE_BREAK = /\r\n|\r|\n/g;

/** What stands in the place of a character that is not shown. */
const PLACEHOLDER = '\ufffd';

/** The maximum length of a text that is shown, in UTF-16 units, if nothing else is said. */
export const MAX_SHOWN_LENGTH = 300;

/** A text in one line, without characters that are not seen, and cut to `maxLength` with an ellipsis. Its lines are joined by spaces. */
export function shown(text: string, maxLength = MAX_SHOWN_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(LINE_BREAK, ' ').replace(UNSEEN, PLACEHOLDER);
}

/** The maximum length of names in a message, which is shown as a whole. */
export const MAX_NAMES_LENGTH = 180;

/** The maximum length of a value that is quoted, as in "got …". */
const MAX_QUOTED_LENGTH = 80;
/** The maximum items of a list or an object that are quoted. */
const MAX_QUOTED_ITEMS = 8;
/** The maximum levels of lists and objects that are quoted. */
const MAX_QUOTED_DEPTH = 2;

/** A value as an error shows it: as JSON, in one line, with all but its beginning left out. */
export const quoted = (value: unknown): string => shown(beginning(value, MAX_QUOTED_DEPTH), MAX_QUOTED_LENGTH);

function beginning(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_QUOTED_LENGTH));
  if (value === undefined) return 'nothing';
  // JSON of 1e999 is read as infinite.
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'no number' : value > 0 ? '∞' : '-∞';
  if (typeof value !== 'object' || value === null) return String(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items: string[] = [];
  // Not by Object.entries, which would copy millions of them.
  for (const key in value) {
    if (depth === 0 || items.length === MAX_QUOTED_ITEMS) {
      items.push('…');
      break;
    }
    const item = beginning(Reflect.get(value, key), depth - 1);
    items.push(Array.isArray(value) ? item : `${beginning(key, 0)}:${item}`);
  }
  return `${open}${items.join(',')}${close}`;
}
