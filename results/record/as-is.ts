/**
 * A quick look at values that a schema takes as they are. A record has thousands of them, and hardly one is wrong: zod,
 * which copies each and keeps a list of what is wrong with it, took most of the time of a check to find that out.
 */

import type { z } from 'zod';

/** Whether a schema takes a value, and gives back the same. */
export type IsRight = (value: unknown) => boolean;

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
 * Returns a function that is true only of values that the schema takes, and takes as they are; undefined for a schema
 * with a rule that is not known here, and for one that changes what it takes. The function is made of the schema's own
 * definition, so no rule stands twice.
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
      return Number.isFinite;
    case 'string':
      return (value) => typeof value === 'string';
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries));
    case 'nullable': {
      const isRight = takesAsIs(def.innerType);
      return isRight && ((value) => value === null || isRight(value));
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
  const definitions = Object.values(shape).map(definitionOf);
  const rights = allOf(
    Object.values(shape).map((field, i) => {
      const def = definitions[i];
      return def?.type === 'optional' ? def.innerType : field;
    }),
  );
  if (!rights) return undefined;
  const fields = Object.keys(shape).map((key, i) => ({
    key,
    isRight: rights[i] as IsRight,
    isOptional: definitions[i]?.type === 'optional',
  }));
  return (value) => {
    if (!isObject(value)) return false;
    let found = 0;
    for (const { key, isRight, isOptional } of fields) {
      if (!Object.hasOwn(value, key)) {
        if (isOptional) continue;
        return false;
      }
      if (!isRight(value[key as keyof typeof value])) return false;
      found++;
    }
    return Object.keys(value).length === found;
  };
}

function recordOf(key: Schema, member: Schema): IsRight | undefined {
  const [isKey, isRight] = [takesAsIs(key), takesAsIs(member)];
  if (!isKey || !isRight) return undefined;
  return (value) => {
    if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return false;
    for (const name of Object.keys(value)) {
      // Zod loses `__proto__`.
      if (name === '__proto__' || !isKey(name) || !isRight(value[name as keyof typeof value])) return false;
    }
    return true;
  };
}

function listOf({ item, min, max }: ListRule): IsRight | undefined {
  const isRight = takesAsIs(item);
  if (!isRight) return undefined;
  return (value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return false;
    for (let i = 0; i < value.length; i++) if (!isRight(value[i])) return false;
    return true;
  };
}

function tupleOf(items: readonly Schema[]): IsRight | undefined {
  const rights = allOf(items);
  return (
    rights &&
    ((value) =>
      Array.isArray(value) && value.length === rights.length && rights.every((isRight, i) => isRight(value[i])))
  );
}

function unionOf(options: readonly Schema[]): IsRight | undefined {
  const rights = allOf(options);
  return rights && ((value) => rights.some((isRight) => isRight(value)));
}

/** A union whose members are told apart by the value of a key. */
function unionBy(key: string, options: readonly Schema[]): IsRight | undefined {
  const byValue = new Map<unknown, IsRight>();
  for (const option of options) {
    const [isRight, values] = [takesAsIs(option), option._zod.propValues?.[key]];
    if (!isRight || !values) return undefined;
    for (const value of values) byValue.set(value, isRight);
  }
  return (value) => isObject(value) && byValue.get(value[key as keyof typeof value])?.(value) === true;
}

/** What a schema asks, its checks included; undefined if one of them is not known. */
function withChecks(schema: Schema, isRight: IsRight | undefined): IsRight | undefined {
  const def = definitionOf(schema);
  // A number or a text with a format, as `z.int()`, is a check itself, which zod's types do not say.
  const own = 'check' in def && def.check !== undefined ? [schema as unknown as z.core.$ZodCheck] : [];
  const all = [...own, ...(def.checks ?? [])];
  const checks = all.flatMap((check) => checkOf(check) ?? []);
  if (!isRight || checks.length < all.length) return undefined;
  return checks.reduce((before, check) => (value) => before(value) && check(value), isRight);
}

/** What a check asks of a value of the schema's type; undefined for one that is not known here. */
function checkOf(check: z.core.$ZodCheck): IsRight | undefined {
  const { def } = (check as z.core.$ZodChecks | z.core.$ZodCustom)._zod;
  switch (def.check) {
    case 'number_format':
      return def.format === 'safeint' ? Number.isSafeInteger : undefined;
    case 'greater_than': {
      const least = Number(def.value);
      return def.inclusive ? (value) => Number(value) >= least : (value) => Number(value) > least;
    }
    case 'less_than': {
      const most = Number(def.value);
      return def.inclusive ? (value) => Number(value) <= most : (value) => Number(value) < most;
    }
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
function customOf({ fn }: Partial<z.core.$ZodCustomDef>): IsRight | undefined {
  return fn && ((value) => fn(value as never) === true);
}
