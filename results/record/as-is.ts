/**
 * A quick look at values that a schema takes as they are. A record has thousands of them, and hardly one is wrong: zod,
 * which copies each and keeps a list of what is wrong with it, took most of the time of a check to find that out.
 */

import type { z } from 'zod';
import { isPlain } from './whole.ts';

/** What a look sees of a value on its way. */
export interface Seen {
  /** The number of values in it, without itself. */
  values: number;
  /** Whether the keys of all its objects are in order, so that `JSON.stringify` writes its canonical JSON. */
  isInOrder: boolean;
}

/** Whether a schema takes a value, and gives back the same; what is seen meanwhile is added to `seen`. */
export type IsRight = (value: unknown, seen: Seen) => boolean;

type Schema = z.core.$ZodType;

/** What the list of `fields.ts` asks. Zod sees a function in it, which tells nothing. */
interface ListRule {
  readonly item: Schema;
  readonly min: number;
  readonly max: number;
}

const LISTS = new WeakMap<Schema, ListRule>();

/** Says what a schema of a list asks. Returns the schema. */
export function asList<S extends Schema>(schema: S, rule: ListRule): S {
  LISTS.set(schema, rule);
  return schema;
}

const KNOWN = new WeakMap<Schema, IsRight | 'unknown'>();

/**
 * Returns a function that is true only of values that the schema takes, and takes as they are, and whose texts any record
 * may hold (`whole.ts`); undefined for a schema with a rule that is not known here, and for one that changes what it
 * takes. The function is made of the schema's own definition, so no rule stands twice.
 */
export function takesAsIs(schema: Schema): IsRight | undefined {
  const known = KNOWN.get(schema);
  if (known !== undefined) return known === 'unknown' ? undefined : known;
  const made = withChecks(schema, ofType(schema));
  KNOWN.set(schema, made ?? 'unknown');
  return made;
}

const definitionOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/** What a schema asks, its checks left out. */
function ofType(schema: Schema): IsRight | undefined {
  const list = LISTS.get(schema);
  if (list) return listOf(list);
  const def = definitionOf(schema);
  switch (def.type) {
    case 'number':
      return numberIn(schema);
    case 'string':
      return (value) => typeof value === 'string' && isPlain(value);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'nullable': {
      const isRight = takesAsIs(def.innerType);
      return isRight && ((value, seen) => value === null || isRight(value, seen));
    }
    case 'object':
      return def.catchall && definitionOf(def.catchall).type === 'never' ? objectOf(def.shape) : undefined;
    case 'record':
      return recordOf(def.keyType, def.valueType);
    case 'tuple':
      return def.rest === null ? tupleOf(def.items) : undefined;
    case 'union':
      return 'discriminator' in def ? unionBy(String(def.discriminator), def.options) : unionOf(def.options);
    default:
      return undefined;
  }
}

function oneOf(values: readonly unknown[]): IsRight {
  const known = new Set(values);
  return (value) => known.has(value);
}

/** What all of some schemas ask; undefined if one of them is not known. */
function allOf(schemas: readonly Schema[]): IsRight[] | undefined {
  const rights = schemas.flatMap((schema) => takesAsIs(schema) ?? []);
  return rights.length === schemas.length ? rights : undefined;
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function objectOf(shape: Readonly<Record<string, Schema>>): IsRight | undefined {
  const keys = Object.keys(shape).sort();
  const definitions = keys.map((key) => definitionOf(shape[key] as Schema));
  const rights = allOf(
    keys.map((key, i) => {
      const def = definitions[i];
      return def?.type === 'optional' ? def.innerType : (shape[key] as Schema);
    }),
  );
  if (!rights) return undefined;
  const places = new Map(keys.map((key, i) => [key, i]));
  const isOptional = definitions.map(({ type }) => type === 'optional');
  const needed = isOptional.filter((one) => !one).length;
  return (value, seen) => {
    if (!isObject(value)) return false;
    let found = 0;
    let next = 0;
    const own = Object.keys(value);
    for (let i = 0; i < own.length; i++) {
      const key = own[i] as string;
      const place = keys[next] === key ? next : places.get(key);
      if (place === undefined || !rights[place]?.(value[key as keyof typeof value], seen)) return false;
      if (place < next) seen.isInOrder = false;
      if (!isOptional[place]) found++;
      next = place + 1;
    }
    seen.values += own.length;
    return found === needed;
  };
}

function recordOf(key: Schema, member: Schema): IsRight | undefined {
  const [isKey, isRight] = [takesAsIs(key), takesAsIs(member)];
  if (!isKey || !isRight) return undefined;
  return (value, seen) => {
    if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
    const names = Object.keys(value);
    let before = '';
    for (const name of names) {
      // Zod loses `__proto__`.
      if (name === '__proto__' || !isKey(name, seen) || !isRight(value[name as keyof typeof value], seen)) return false;
      if (name < before) seen.isInOrder = false;
      before = name;
    }
    seen.values += names.length;
    return true;
  };
}

function listOf({ item, min, max }: ListRule): IsRight | undefined {
  const isRight = takesAsIs(item);
  if (!isRight) return undefined;
  return (value, seen) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return false;
    for (let i = 0; i < value.length; i++) if (!isRight(value[i], seen)) return false;
    seen.values += value.length;
    return true;
  };
}

function tupleOf(items: readonly Schema[]): IsRight | undefined {
  const rights = allOf(items);
  if (!rights) return undefined;
  return (value, seen) => {
    if (!Array.isArray(value) || value.length !== rights.length) return false;
    seen.values += rights.length;
    return rights.every((isRight, i) => isRight(value[i], seen));
  };
}

function unionOf(options: readonly Schema[]): IsRight | undefined {
  const rights = allOf(options);
  return rights && ((value, seen) => rights.some((isRight) => isRight(value, seen)));
}

/** A union whose members are told apart by the value of a key. */
function unionBy(key: string, options: readonly Schema[]): IsRight | undefined {
  const byValue = new Map<unknown, IsRight>();
  for (const option of options) {
    const [isRight, values] = [takesAsIs(option), option._zod.propValues?.[key]];
    if (!isRight || !values) return undefined;
    for (const value of values) byValue.set(value, isRight);
  }
  return (value, seen) => isObject(value) && byValue.get(value[key as keyof typeof value])?.(value, seen) === true;
}

/** What a schema asks, its checks included; undefined if one of them is not known. */
function withChecks(schema: Schema, isRight: IsRight | undefined): IsRight | undefined {
  const all = checksOf(schema).filter((check) => !isRange(check));
  const checks = all.flatMap((check) => checkOf(check) ?? []);
  if (!isRight || checks.length < all.length) return undefined;
  return checks.reduce<IsRight>((before, check) => (value, seen) => before(value, seen) && check(value), isRight);
}

function checksOf(schema: Schema): z.core.$ZodCheck[] {
  const def = definitionOf(schema);
  // A number or a text with a format, as `z.int()`, is a check itself, which zod's types do not say.
  const own = 'check' in def && def.check !== undefined ? [schema as unknown as z.core.$ZodCheck] : [];
  return [...own, ...(def.checks ?? [])];
}

/** What zod says of a check, by its kind. */
const ruleOf = (check: z.core.$ZodCheck) => (check as z.core.$ZodChecks | z.core.$ZodCustom)._zod.def;

/** Whether a check is part of what `numberIn` asks. */
function isRange(check: z.core.$ZodCheck): boolean {
  const rule = ruleOf(check);
  if (rule.check === 'number_format') return rule.format === 'safeint';
  return (rule.check === 'greater_than' || rule.check === 'less_than') && rule.inclusive;
}

/** A finite number in the range of a schema's checks, by one look: most of a record's values are numbers. */
function numberIn(schema: Schema): IsRight {
  let [least, most, isWhole] = [-Number.MAX_VALUE, Number.MAX_VALUE, false];
  for (const rule of checksOf(schema).filter(isRange).map(ruleOf)) {
    if (rule.check === 'greater_than') least = Math.max(least, Number(rule.value));
    else if (rule.check === 'less_than') most = Math.min(most, Number(rule.value));
    else [least, most, isWhole] = [Math.max(least, -MAX_WHOLE), Math.min(most, MAX_WHOLE), true];
  }
  return isWhole
    ? (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most
    : (value) => typeof value === 'number' && value >= least && value <= most;
}

const MAX_WHOLE = Number.MAX_SAFE_INTEGER;

/** What a check asks of a value of the schema's type; undefined for one that is not known here. */
function checkOf(check: z.core.$ZodCheck): ((value: unknown) => boolean) | undefined {
  const def = ruleOf(check);
  switch (def.check) {
    case 'greater_than':
      return (value) => Number(value) > Number(def.value);
    case 'less_than':
      return (value) => Number(value) < Number(def.value);
    case 'max_length':
      return (value) => String(value).length <= def.maximum;
    case 'string_format': {
      const { format, pattern } = def;
      // Other formats ask more than their pattern does.
      const isKnown = pattern && (format === 'regex' || format === 'datetime');
      return isKnown ? (value) => pattern.test(String(value)) : undefined;
    }
    case 'custom':
      return customOf(def);
    default:
      return undefined;
  }
}

/** A rule with a function of its own. One that says by itself what is wrong has none here. */
function customOf({ fn }: Partial<z.core.$ZodCustomDef>): ((value: unknown) => boolean) | undefined {
  return fn && ((value) => fn(value as never) === true);
}
