/**
 * An architecture: how a model's layers follow from the fields of its file, and what such functions share.
 */

import { quoted } from '../../../../results/text/shown.ts';
import { parameters } from '../../models/accounting.ts';
import type { Extra, Layer, Model } from '../../models/model.ts';
import { complete, type FieldName, type Fields, type KeyOf, type Known, problemsIn } from '../fields.ts';
import { ModelFileError } from '../source.ts';

/** An architecture: a function from a file's fields to the model's layers. */
export interface Architecture {
  layers(fields: Fields, keyOf: KeyOf): readonly Layer[];
  /** Tensors outside the layers that only this architecture has. */
  extras?(fields: Fields): readonly Extra[];
}

export const BASE = ['layers', 'hidden', 'vocabulary'] as const;
export const GROUPED = [...BASE, 'queryHeads', 'ffn'] as const;

export type Base = Known<(typeof BASE)[number]>;
export type Grouped = Known<'layers' | 'hidden' | 'queryHeads'>;

/** Makes an architecture from the fields that it needs and a function of them. */
export const architecture = <K extends FieldName>(
  needs: readonly K[],
  layers: (fields: Known<K>, keyOf: KeyOf) => readonly Layer[],
): Architecture => ({ layers: (fields, keyOf) => layers(complete(fields, needs, keyOf), keyOf) });

export const layerByLayer = ({ layers }: Known<'layers'>, layer: (index: number) => Layer): Layer[] =>
  Array.from({ length: layers }, (_, index) => layer(index));

export const WINDOWED = ['full_attention', 'sliding_attention'] as const;

/**
 * The kind of each layer by the file; undefined where it lists none.
 * @throws ModelFileError for a kind that the architecture does not know, or a list of another length
 */
export function layerTypes(
  f: Known<'layers'>,
  field: 'layerTypes' | 'mlpTypes' | 'indexerTypes',
  known: readonly string[],
  keyOf: KeyOf,
): readonly string[] | undefined {
  const types = f[field];
  if (types === undefined) return undefined;
  const rule = [known.slice(0, -1).join(', '), known.at(-1)].join(' or ');
  const problems = types.flatMap((type, at) =>
    known.includes(type) ? [] : [`${keyOf(field)}[${at}] must be ${rule}; got ${quoted(type)}`],
  );
  if (problems.length > 0) throw problemsIn(problems);
  if (types.length === f.layers) return types;
  throw new ModelFileError(`${keyOf(field)} must name ${f.layers} layers; it names ${types.length}`);
}

/** Maximum number of parameters: beyond, bytes in f32 would not be exact. It is a thousand times the largest model. */
const MAX_PARAMETERS = 2 ** 50;

/** Makes a model from a file's fields. @throws ModelFileError naming what is missing, or does not fit together. */
export function modelFrom(
  about: Pick<Model, 'id' | 'name' | 'source'>,
  { layers, extras: extrasOf }: Architecture,
  fields: Fields,
  keyOf: KeyOf,
): Model {
  const made = layers(fields, keyOf);
  const extras = extrasOf?.(fields) ?? [];
  const { hidden, vocabulary, tied = false }: Base = complete(fields, BASE, keyOf);
  const model: Model = { ...about, hidden, vocabulary, tied, layers: made, ...(extras.length > 0 && { extras }) };
  const total = parameters(model);
  if (total > MAX_PARAMETERS) {
    throw new ModelFileError(`its shapes must make at most 2^50 parameters; they make ${total.toExponential(1)}`);
  }
  return model;
}

/** Maximum number of names that a message lists. */
const MAX_NAMES = 8;

/** The architecture of this name, which a file gives under `key`. @throws ModelFileError listing some of the known ones. */
export function architectureOf<A>(known: Readonly<Record<string, A>>, name: unknown, key: string): A {
  const found = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(known);
  const more = names.length - MAX_NAMES;
  const listed =
    more > 0 ? [...names.slice(0, MAX_NAMES - 1), `${more} more (docs/models.md lists them)`, names.at(-1)] : names;
  const rule = `${key} must be one of ${listed.join(', ')}; got ${quoted(name)}`;
  throw new ModelFileError(rule, undefined, name === undefined);
}
