/**
 * The fields of a model's shape, each under one name, whatever a file calls it. The architecture decides which of them
 * a model must have (`families/`).
 */

import { z } from 'zod';
import { MAX_LAYERS } from '../../../results/record/bounds.ts';
import { quoted } from '../../../results/text/shown.ts';
import { ModelFileError } from './source.ts';

/** Maximum side of a tensor. */
const MAX_SIDE = 2 ** 31 - 1;
/** Maximum characters of the name of a kind of layer. */
const MAX_KIND_LENGTH = 100;
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
/** Names of a state's number formats. */
const STATE_FORMATS = ['float32', 'float16', 'bfloat16', 'auto'] as const;
/** Kinds of layers by name, of which an architecture knows some. */
const kinds = z.array(z.string(ruled('a text')).max(MAX_KIND_LENGTH, ruled('a kind of layer')), ruled('a list'));
/** Numbers of each layer. */
const counts = z.array(count, ruled('a list'));

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
    layerTypes: kinds,
    /** Chunk of attention that begins anew at its multiples. */
    chunk: size,
    /** Query heads, KV heads and widths of layers that slide, and of those that do not, where they differ. */
    slidingHeads: size,
    slidingKvHeads: size,
    slidingHeadDim: size,
    slidingValueDim: size,
    fullKvHeads: size,
    fullHeadDim: size,
    /** Whether layers that slide, and those that do not, have sinks. */
    slidingSinks: flag,
    fullSinks: flag,
    /** Whether layers that do not slide make values of keys. */
    valuesOfKeys: flag,
    /** Number of last layers that read the cache of a layer before. */
    sharedKvLayers: count,
    headNorms: flag,
    /** KV heads and widths of each layer; 0 where a layer has none. */
    kvHeadsOf: counts,
    /** Query heads of each layer. */
    headsOf: counts,
    headBias: flag,
    /** Whether the gate of attention's output has a value for each of its own, not for each head. */
    gateOfValues: flag,
    ffnOf: counts,
    /** Width of what each layer adds to the stream from an embedding of its own. */
    perLayerDim: count,
    perLayerVocabulary: size,
    /** Whether layers that share a cache have MLPs of twice the width. */
    doubleWide: flag,
    /** Gemma 3n: number of streams, and rank of its Laurel block. */
    streams: size,
    laurelRank: size,
    experts: count,
    activeExperts: size,
    expertFfn: size,
    sharedExperts: count,
    /** Number of layers before the first with experts. */
    denseLayers: count,
    /** One layer in this many has experts. */
    expertsEvery: size,
    /** Indices of layers without experts. */
    denseAt: counts,
    expertsAt: counts,
    /** Kind of each MLP. */
    mlpTypes: kinds,
    /** Width of the MLP in layers without experts. Default: ffn. */
    denseFfn: size,
    /** Width of all shared experts. */
    sharedFfn: count,
    /** Width of what experts read, where it is not the stream's. */
    latentDim: size,
    latentNorm: flag,
    routerBias: flag,
    /** Indexer of sparse attention. */
    indexHeads: size,
    indexDim: size,
    picks: size,
    /** Whether each layer has an indexer of its own (full), or takes the picks of a layer before (shared). */
    indexerTypes: kinds,
    /** Positions of a compressed entry in each layer; 0 where there is none. */
    ratios: counts,
    outputGroups: size,
    outputRank: size,
    /** Linear attention and Mamba. */
    stateHeads: size,
    stateKeyHeads: size,
    stateKeyDim: size,
    stateValueDim: size,
    stateGroups: size,
    /** Mamba-1: rank of its steps, and its width over the stream's. */
    stateRank: size,
    stateExpand: size,
    convolution: size,
    convolutionBias: flag,
    stateBias: flag,
    stateNorm: flag,
    stateFormat: z.enum(STATE_FORMATS, ruled(STATE_FORMATS.join(' or '))),
    fullRankGate: flag,
    outputGate: flag,
    /** Layers of a block whose outputs are kept for those behind it (Kimi K3). */
    residualBlock: size,
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

/** Fields of which 0 means none: no window, no experts to pick. */
const COUNTED_FROM_ONE: ReadonlySet<string> = new Set(['window', 'activeExperts']);

/** Checks the values of a file. Null counts as missing. @throws ModelFileError naming the first keys that break a rule. */
export function parseFields(values: Readonly<Partial<Record<FieldName, unknown>>>, keyOf: KeyOf): Fields {
  const given = Object.fromEntries(
    Object.entries(values)
      .map(([field, value]) => [field, ofAllLayers(field, value)] as const)
      .filter(
        ([field, value]) => value !== null && value !== undefined && !(COUNTED_FROM_ONE.has(field) && value === 0),
      ),
  );
  // The schema would look at each item, and keep what is wrong with it.
  for (const [field, value] of Object.entries(given)) {
    if (!Array.isArray(value) || value.length <= MAX_LAYERS) continue;
    throw new ModelFileError(`${keyIn(field, keyOf)} must have at most ${MAX_LAYERS} items; it has ${value.length}`);
  }
  const parsed = FIELDS.safeParse(given);
  if (parsed.success) return parsed.data;
  throw problemsIn(
    parsed.error.issues.map(
      ({ path: [field, ...place], message }) =>
        `${keyIn(field, keyOf)}${place.map((at) => `[${String(at)}]`).join('')} ${message}`,
    ),
  );
}

/** An error that names the first of a file's problems. */
export function problemsIn(problems: readonly string[]): ModelFileError {
  const more = problems.length > MAX_PROBLEMS ? [`and ${problems.length - MAX_PROBLEMS} more like it`] : [];
  return new ModelFileError([...problems.slice(0, MAX_PROBLEMS), ...more].join('; '));
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
