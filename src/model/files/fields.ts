/**
 * The fields of a model's shape, each under one name, whatever a file calls it. The architecture decides which of them
 * a model must have (`architectures.ts`).
 */

import { z } from 'zod';
import { MAX_LAYERS } from '../../../results/bounds.ts';
import { quoted } from '../../../results/shown.ts';
import { ModelFileError } from './source.ts';

/** Maximum side of a tensor. */
const MAX_SIDE = 2 ** 31 - 1;
/** Maximum number of broken rules that a message names. */
const MAX_PROBLEMS = 3;

const ruled = (rule: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `must be ${rule}; got ${quoted(input)}`,
});

function whole(min: number, max: number) {
  const rule = ruled(`a whole number from ${min} to ${max}`);
  return z.int(rule).min(min, rule).max(max, rule);
}
const size = whole(1, MAX_SIDE);
const count = whole(0, MAX_SIDE);
const flag = z.boolean(ruled('true or false'));
const LAYER_TYPES = ['full_attention', 'sliding_attention'] as const;

const FIELDS = z
  .object({
    layers: whole(1, MAX_LAYERS),
    hidden: size,
    vocabulary: size,
    tied: flag,
    queryHeads: size,
    kvHeads: size,
    headDim: size,
    qkvBias: flag,
    outputBias: flag,
    ffn: size,
    mlpBias: flag,
    window: size,
    /** Whether any layers slide. */
    slides: flag,
    /** Number of layers before the first that slides. */
    layersBeforeWindow: count,
    /** One layer in this many attends to all positions. */
    globalEvery: size,
    layerTypes: z.array(
      z.enum(LAYER_TYPES, { error: ({ input }) => `must be ${LAYER_TYPES.join(' or ')}; got ${quoted(input)}` }),
      { error: ({ input }) => `must be a list; got ${quoted(input)}` },
    ),
    experts: count,
    activeExperts: size,
    expertFfn: size,
    sharedExperts: count,
    /** Number of layers before the first with experts. */
    denseLayers: count,
    /** One layer in this many has experts. */
    expertsEvery: size,
    /** Indices of layers without experts. */
    denseAt: z.array(count, ruled('a list')),
    routerBias: flag,
    queryRank: size,
    kvRank: size,
    nopeDim: size,
    ropeDim: size,
    valueDim: size,
  })
  .partial();

export type Fields = z.infer<typeof FIELDS>;
export type FieldName = keyof Fields;

/** Returns the key under which a file has a field. */
export type KeyOf = (field: FieldName) => string;

/** Fields of which those in `K` are present. */
export type Known<K extends FieldName> = Fields & { readonly [F in K]-?: NonNullable<Fields[F]> };

/** Checks the values of a file. Null counts as missing. @throws ModelFileError naming the first keys that break a rule. */
export function parseFields(values: Readonly<Partial<Record<FieldName, unknown>>>, keyOf: KeyOf): Fields {
  const given = Object.fromEntries(
    Object.entries(values)
      .map(([field, value]) => [field, ofAllLayers(field, value)] as const)
      // A window of no positions is none.
      .filter(([field, value]) => value !== null && value !== undefined && !(field === 'window' && value === 0)),
  );
  // The schema would look at each item, and keep what is wrong with it.
  for (const [field, value] of Object.entries(given)) {
    if (!Array.isArray(value) || value.length <= MAX_LAYERS) continue;
    throw new ModelFileError(`${keyIn(field, keyOf)} must have at most ${MAX_LAYERS} items; it has ${value.length}`);
  }
  const parsed = FIELDS.safeParse(given);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const problems = issues
    .slice(0, MAX_PROBLEMS)
    .map(
      ({ path: [field, ...place], message }) =>
        `${keyIn(field, keyOf)}${place.map((at) => `[${String(at)}]`).join('')} ${message}`,
    );
  const more = issues.length > MAX_PROBLEMS ? [`and ${issues.length - MAX_PROBLEMS} more like it`] : [];
  throw new ModelFileError([...problems, ...more].join('; '));
}

/** Whether a field is a list in every file. */
function isList(field: string): boolean {
  const name = FIELDS.keyof().safeParse(field);
  return name.success && FIELDS.shape[name.data].unwrap() instanceof z.ZodArray;
}

/** A value that a file gives for each layer, where it is one and the same. */
function ofAllLayers(field: string, value: unknown): unknown {
  if (!Array.isArray(value) || value.length > MAX_LAYERS || isList(field)) return value;
  const [first, ...others] = value;
  return first !== undefined && others.every((other) => other === first) ? first : value;
}

/** The key of a field, as an error names it. */
function keyIn(field: unknown, keyOf: KeyOf): string {
  const name = FIELDS.keyof().safeParse(field);
  return name.success ? keyOf(name.data) : String(field);
}

/** The fields, if all of `needs` are present. @throws ModelFileError naming every key that is missing. */
export function complete<K extends FieldName>(fields: Fields, needs: readonly K[], keyOf: KeyOf): Known<K> {
  if (has(fields, needs)) return fields;
  const missing = needs.filter((field) => fields[field] === undefined).map(keyOf);
  throw new ModelFileError(`lacks ${missing.join(', ')}`);
}

const has = <K extends FieldName>(fields: Fields, needs: readonly K[]): fields is Known<K> =>
  needs.every((field) => fields[field] !== undefined);
