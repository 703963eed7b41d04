/** What the page says of a file that is no record: what was read, the rule, and what to do. Pure. */

import { MAX_RECORD_BYTES } from '../../../results/record/bounds.ts';
import type { Breach } from '../../../results/record/breach.ts';
import { SCHEMA_VERSION } from '../../../results/record/schema.ts';
import { bytesText } from '../../../results/text/figures.ts';
import { shown } from '../../../results/text/shown.ts';

export interface Refusal {
  readonly title: string;
  /** What was read, and the rule that it breaks. */
  readonly lines: readonly string[];
  readonly steps: readonly string[];
}

/** A file, as far as it was read. */
export interface Met {
  readonly name: string;
  readonly bytes: number;
  /** Its first characters; of a file that is too large, of its first bytes. */
  readonly head: string;
  /** What it is by its first bytes, such as "a web page"; absent where they do not tell. */
  readonly kind?: string | undefined;
}

/** The characters of a file's beginning that tell what it is. */
export const HEAD_CHARACTERS = 64;

/** The maximum of broken rules that are shown: the first few tell what is wrong. */
const MAX_SHOWN = 3;

/** The maximum of keys that are named. */
const MAX_KEYS = 5;

const GET_RECORD =
  'A record is what “Download record” saves on the page, or “hbmark run --out FILE” in the terminal. Add such a file.';

/** The refusal of a file that is too large to be a record, and was not read whole. */
export function tooLarge(met: Met): Refusal {
  return {
    title: `${shown(met.name)} is too large to be a record`,
    lines: [
      `It has ${bytesText(met.bytes)}; a record has at most ${bytesText(MAX_RECORD_BYTES)}. ${kindOf(met)}`.trim(),
      'Only its beginning was read.',
    ],
    steps: stepsFor(met),
  };
}

/** The refusal of a file that could not be read at all. */
export const unreadable = (name: string, why: string): Refusal => ({
  title: `${shown(name)} could not be read`,
  lines: [`The browser says: ${shown(why)}.`],
  steps: ['Add single files, no folders.', 'If the file has moved or changed since, choose it again.'],
});

/** @param value what its text holds; undefined where it is no JSON */
export function noRecord(met: Met, value: unknown, problems: readonly Breach[]): Refusal {
  const version = versionOf(value);
  if (version !== undefined && version > SCHEMA_VERSION) {
    return {
      title: `${shown(met.name)} is a record of a newer HBMark`,
      lines: [`It is a record of version ${version}. This page reads versions 1 to ${SCHEMA_VERSION}.`],
      steps: ['Reload the page: it may have a newer version by now.', 'Open the file with the HBMark that wrote it.'],
    };
  }
  const broken = problems.slice(0, MAX_SHOWN).map(({ path, rule }) => (path ? `${path}: ${rule}` : wholeRule(rule)));
  const more = problems.length - broken.length;
  const isBroken = version !== undefined;
  // What a schema says of something else would tell nobody anything.
  if (value !== undefined && !isBroken) {
    const lines = [
      contentOf(value),
      `A record has a key “schema”, which is 1 or ${SCHEMA_VERSION}, and its measurements.${schemaMet(value)}`,
    ];
    return { title: `${shown(met.name)} is no record of HBMark`, lines, steps: stepsFor(met, value) };
  }
  const read = value === undefined ? `It has ${bytesText(met.bytes)}. ${kindOf(met)}`.trim() : contentOf(value);
  return {
    title: isBroken ? `${shown(met.name)} is a damaged record` : `${shown(met.name)} is no record of HBMark`,
    lines: [read, ...broken, ...(more > 0 ? [`And ${more} more.`] : [])],
    steps: isBroken
      ? [
          'Take the file as it was written: a copy that was edited or cut breaks the record’s own check sum.',
          GET_RECORD,
        ]
      : stepsFor(met),
  };
}

/** A rule of the whole, as a sentence: one of a key that there should not be has its own subject. */
const wholeRule = (rule: string): string => (/^[a-z]/.test(rule) ? `It ${rule}` : `${rule}.`);

/** What stands in the place of a record's version, if anything does. */
const schemaMet = (value: unknown): string =>
  isObject(value) && Object.hasOwn(value, 'schema')
    ? ` Its “schema” is ${shown(JSON.stringify(value.schema) ?? '')}.`
    : '';

/** The version of what calls itself a record; undefined for anything else. */
function versionOf(value: unknown): number | undefined {
  if (!isObject(value) || !('measurements' in value || 'harness' in value)) return undefined;
  return typeof value.schema === 'number' ? value.schema : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What JSON holds, in a sentence. */
export function contentOf(value: unknown): string {
  if (Array.isArray(value)) return `It is JSON: a list of ${value.length}.`;
  if (!isObject(value)) return `It is JSON: ${shown(JSON.stringify(value) ?? '')}.`;
  const all = Object.keys(value);
  const keys = all.slice(0, MAX_KEYS).map((key) => `“${shown(key)}”`);
  if (keys.length === 0) return 'It is JSON with no keys.';
  const more = all.length - keys.length;
  return `It is JSON with the ${all.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** What a file is by its beginning, in a sentence. Empty: nothing tells. */
function kindOf({ head, kind, bytes }: Met): string {
  if (bytes === 0) return 'It is empty.';
  if (kind !== undefined) return `It is ${kind}.`;
  if (/^\s*[{[]/.test(head)) return 'It begins like JSON.';
  return '';
}

function stepsFor(met: Met, value?: unknown): string[] {
  const isPacked = met.kind?.endsWith('archive') === true;
  if (isPacked) return ['Unpack it, and add the record that is in it.', GET_RECORD];
  const isModel =
    met.head.startsWith('GGUF') ||
    /\.(gguf|safetensors)$/i.test(met.name) ||
    (isObject(value) && 'model_type' in value);
  return isModel
    ? ['This is a model. To time its decode steps, drop it on the page “Bench”.', GET_RECORD]
    : [GET_RECORD];
}
