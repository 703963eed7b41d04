/**
 * Names of modules, as configs list those that are left alone: plain names, which stand for all that is inside; globs
 * (`model.layers.0*`); and regular expressions behind `re:`, of which a part is understood. A config may come from
 * anyone, so no expression of its own is run as a whole.
 */

import { quoted } from '../../../results/text/shown.ts';
import { ModelFileError } from './source.ts';

/** A pattern of names. */
export interface NamePattern {
  /** A plain name, which is looked up. */
  readonly plain?: string;
  matches(name: string): boolean;
}

/** Maximum characters of a pattern. Real ones have up to a hundred. */
const MAX_PATTERN = 300;

/** Maximum number of patterns with a `*` or an expression. Real lists have up to two hundred; each is tried on each name. */
const MAX_TRIED = 400;

/** The patterns of a list. @throws ModelFileError for what is no pattern, naming the key, its place, and the value */
export function patternsOf(list: unknown, key: string): NamePattern[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw new ModelFileError(`${key} must be a list; got ${quoted(list)}`);
  const tried = list.filter((item) => typeof item === 'string' && (item.includes('*') || item.startsWith('re:')));
  if (tried.length > MAX_TRIED) {
    throw new ModelFileError(`${key} must have at most ${MAX_TRIED} names with * or re:; it has ${tried.length}`);
  }
  return list.map((item, at) => {
    const pattern = typeof item === 'string' && item.length <= MAX_PATTERN ? patternOf(item) : undefined;
    if (pattern) return pattern;
    throw new ModelFileError(`${key}[${at}] must be a module’s name, with * or a simple re:; got ${quoted(item)}`);
  });
}

function patternOf(text: string): NamePattern | undefined {
  if (text.startsWith('re:')) return expression(text.slice(3));
  if (!text.includes('*')) {
    const inside = `.${text}.`;
    return { plain: text, matches: (name) => `.${name}.`.includes(inside) };
  }
  const parts = text.split('*');
  // A module stands for all that is inside.
  return { matches: (name) => isGlob(parts, name) || isGlob([...parts.slice(0, -1), `${parts.at(-1)}.`, ''], name) };
}

/** Whether a name is made of these parts, with anything between them. */
function isGlob(parts: readonly string[], name: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop() ?? '';
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at <= name.length - last.length;
}

/** A piece between `.*`s: characters, escaped ones, classes and choices; repeated are only digits and classes. */
const PIECE = /^(?:[\w\-:,]|\.(?![*+?])|\\[.\-_/]|\\d\+?|\[[\w-]+\]\+?|\((?:\?:)?|\)|\|)*$/;
const MAX_REPEATS = 3;

/** A regular expression that is tried from a name's start. Undefined for one that is not understood. */
function expression(text: string): NamePattern | undefined {
  const isWhole = text.endsWith('$');
  const pieces = text.replace(/^\^/, '').replace(/\$$/, '').split('.*');
  if (pieces.some((piece) => !PIECE.test(piece) || (piece.match(/\+/g)?.length ?? 0) > MAX_REPEATS)) return undefined;
  let compiled: readonly RegExp[];
  try {
    compiled = pieces.map((piece, i) => new RegExp(i === 0 ? `^(?:${piece})` : `(?:${piece})`));
  } catch {
    return undefined;
  }
  return {
    matches: (name) => {
      let rest = name;
      for (const piece of compiled) {
        const found = piece.exec(rest);
        if (!found) return false;
        rest = rest.slice(found.index + found[0].length);
      }
      return !isWhole || rest === '' || text.endsWith('.*$');
    },
  };
}

const known = new WeakMap<
  readonly NamePattern[],
  { readonly plain: ReadonlySet<string>; readonly rest: readonly NamePattern[] }
>();

/** Whether any of the names matches any pattern. Lists have up to a thousand plain names, so those are looked up. */
export function namesMatch(names: readonly string[], patterns: readonly NamePattern[]): boolean {
  const parts = known.get(patterns) ?? {
    plain: new Set(patterns.flatMap(({ plain }) => plain ?? [])),
    rest: patterns.filter(({ plain }) => plain === undefined),
  };
  known.set(patterns, parts);
  const { plain, rest } = parts;
  return names.some(
    (name) =>
      (plain.size > 0 && LONGEST.test(name) && runsOf(name).some((run) => plain.has(run))) ||
      rest.some((one) => one.matches(name)),
  );
}

/** Names whose runs are those of all shorter ones, too. */
const LONGEST = /^(model\.language_model|language_model\.model|backbone)\./;

/** All runs of a name's parts: `a.b.c` has a, a.b, a.b.c, b, b.c and c. */
function runsOf(name: string): string[] {
  const parts = name.split('.');
  return parts.flatMap((_, from) =>
    parts.slice(from).map((__, length) => parts.slice(from, from + length + 1).join('.')),
  );
}
