/**
 * Files that are made to take a reader's time or memory, or to speak for it. Each is refused or read within the time of
 * a test, by a message of at most 300 characters, all of them visible.
 */

import { describe, expect, test } from 'vitest';
import { MAX_SHOWN_LENGTH, UNSEEN } from '../../../results/text/shown.ts';
import { filesOf, ggufBytes, TINY_CONFIG, TINY_LLAMA } from '../../../tests/support/models/model-files.ts';
import { readModel } from './read-model.ts';
import { ModelFileError } from './source.ts';

const CONFIG = JSON.stringify(TINY_CONFIG);

/** Reads a file beside a small config, and returns its error. @throws Error if it is read, or fails otherwise */
async function refusal(name: string, bytes: Uint8Array<ArrayBuffer> | string): Promise<string> {
  const error = await readModel(filesOf({ 'config.json': CONFIG, [name]: bytes }), name).then(
    () => new Error('it was read'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ModelFileError)) throw error;
  expect(error.message.length).toBeLessThanOrEqual(MAX_SHOWN_LENGTH);
  expect(error.message).not.toMatch(UNSEEN);
  return error.message;
}

const config = (more: object): string => JSON.stringify({ ...TINY_CONFIG, ...more });
const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const ESCAPE = '\u001b]0;owned\u0007\u202e\nconfig.json: ok';

describe('a config', () => {
  test.each<[string, string, RegExp]>([
    ['of 900,000 wrong layer types', config({ layer_types: many(900_000, 'x') }), /must be JSON of at most \d+ values/],
    ['of as many as may be listed', config({ layer_types: many(500, 'x') }), /layer_types\[0\] must.*497 more/],
    ['of more', config({ layer_types: many(501, 'x') }), /layer_types must have at most 500 items; it has 501/],
    ['of 99,000 dense layers', config({ mlp_only_layers: many(99_000, 1) }), /mlp_only_layers must have at most/],
    ['that is too large', config({ x: 'x'.repeat(4_000_000) }), /must be JSON of at most 4000000 bytes/],
    ['nested a million deep', nested(1_000_000), /must be JSON of at most 32 levels; it has more/],
    ['with escapes for a type', config({ model_type: ESCAPE }), /model_type must be one of/],
    ['with escapes for a value', config({ hidden_size: ESCAPE }), /hidden_size must be/],
    ['with a type of 400 kB', config({ model_type: 'x'.repeat(400_000) }), /got "x+…$/],
    ['that is no JSON, with escapes', ESCAPE, /must be JSON: at line 1, column 1 there is/],
  ])('%s is refused', async (_, text, message) => expect(await refusal('config.json', text)).toMatch(message));
});

describe('a safetensors file', () => {
  const file = (json: string): Uint8Array<ArrayBuffer> => {
    const text = new TextEncoder().encode(json);
    const bytes = new Uint8Array(8 + text.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
    bytes.set(text, 8);
    return bytes;
  };
  const tensors = (count: number, name = (i: number) => `t${i}`): string =>
    `{${many(count, 0)
      .map((_, i) => `${JSON.stringify(name(i))}:{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)
      .join()}}`;

  test.each<[string, string, RegExp]>([
    ['of empty lists', `{"a":[${many(4_000_000, '[]').join()}]}`, /in at most 1000 bytes; "a" has 12000001/],
    ['nested a million deep', nested(1_000_000), /its header must be JSON/],
    ['nested within a tensor', `{"a":${nested(1_000_000)}}`, /in at most 1000 bytes; "a" has 2000000/],
    ['without an end', `{"a":{"b`, /its header must be JSON/],
    ['of 310,000 tensors', tensors(310_000, (i) => `visual.t${i}`), /at most 300000 tensors; it has more/],
    ['of 200,000 tensors of no model', tensors(200_000), /has a tensor "t0"/],
    ['with a name of 400 kB', tensors(1, () => 'x'.repeat(400_000)), /at most 256 bytes; .* has 400002/],
    ['with escapes for a name', tensors(1, () => ESCAPE), /has a tensor "/],
    ['with escapes for a dtype', `{"a":{"dtype":${JSON.stringify(ESCAPE)},"shape":[],"data_offsets":[0,1]}}`, /dtype/],
    [
      'with a shape of a million sides',
      `{"a":{"dtype":"U8","shape":[${many(1_000_000, 1)}],"data_offsets":[0,1]}}`,
      /in at most 1000 bytes; "a" has \d+/,
    ],
  ])('%s is refused', async (_, json, message) => expect(await refusal('m.safetensors', file(json))).toMatch(message));

  test.each<[string, string, RegExp]>([
    [
      'of 200,000 files',
      JSON.stringify({ weight_map: Object.fromEntries(many(200_000, 0).map((_, i) => [`t${i}`, `f${i}`])) }),
      /at most 1000 files/,
    ],
    [
      'of numbers',
      JSON.stringify({ weight_map: Object.fromEntries(many(200_000, 0).map((_, i) => [`t${i}`, i])) }),
      /must be an index/,
    ],
  ])('an index %s is refused', async (_, json, message) =>
    expect(await refusal('m.safetensors.index.json', json)).toMatch(message),
  );

  test('a name that says 99,999 parts is refused', async () => {
    expect(await refusal('m-00001-of-99999.safetensors', 'x')).toMatch(/at most 1000 parts; its name says 99999/);
  });
});

describe('a GGUF file', () => {
  /** The head of a file with one key, `x`, whose type and value follow. */
  function oneKey(
    write: (view: DataView, at: number) => unknown,
    size: number,
    key = 'x',
    tensors = 0,
  ): Uint8Array<ArrayBuffer> {
    const name = new TextEncoder().encode(key);
    const bytes = new Uint8Array(24 + 8 + name.length + size);
    const view = new DataView(bytes.buffer);
    bytes.set(new TextEncoder().encode('GGUF'));
    view.setUint32(4, 3, true);
    view.setBigUint64(8, BigInt(tensors), true);
    view.setBigUint64(16, 1n, true);
    view.setBigUint64(24, BigInt(name.length), true);
    bytes.set(name, 32);
    write(view, 32 + name.length);
    return bytes;
  }
  const list = (view: DataView, at: number, type: number, length: number): number => {
    view.setUint32(at, type, true);
    view.setBigUint64(at + 4, BigInt(length), true);
    return at + 12;
  };

  test('with 12 MB of lists in a list, or 40 MB of empty texts, is read to its end', async () => {
    const lists = oneKey((view, at) => {
      view.setUint32(at, 9, true);
      let next = list(view, at + 4, 9, 1_000_000);
      for (let i = 0; i < 1_000_000; i++) next = list(view, next, 0, 0);
      return next;
    }, 16 + 12_000_000);
    const texts = oneKey((view, at) => {
      view.setUint32(at, 9, true);
      return list(view, at + 4, 8, 5_000_000);
    }, 16 + 40_000_000);
    for (const bytes of [lists, texts]) {
      expect(await refusal('m.gguf', bytes)).toMatch(/general\.architecture must be one of .*; got nothing/);
    }
  });

  test('with lists nested a hundred thousand deep is refused', async () => {
    const deep = oneKey(
      (view, at) => {
        view.setUint32(at, 9, true);
        let next = at + 4;
        for (let i = 0; i < 100_000; i++) next = list(view, next, 9, 1);
        return next;
      },
      4 + 12 * 100_000,
    );
    expect(await refusal('m.gguf', deep)).toMatch(/lists in "x" must be at most 4 levels deep/);
  });

  test('with a key of 400 kB and an unknown type is refused by its beginning', async () => {
    const file = oneKey((view, at) => view.setUint32(at, 77, true), 20, `${ESCAPE}${'x'.repeat(400_000)}`);
    expect(await refusal('m.gguf', file)).toMatch(/must be a number from 0 to 12; got 77/);
  });

  test('with a header of more than 64 MB is refused', async () => {
    const long = oneKey((view, at) => {
      view.setUint32(at, 9, true);
      return list(view, at + 4, 0, 65_000_000);
    }, 16 + 65_000_000);
    expect(await refusal('m.gguf', long)).toMatch(/header must take at most 64000000 bytes; it takes \d+ or more/);
  });

  test('with escapes for its names is read, or refused, without them', async () => {
    const named = { ...TINY_LLAMA, metadata: { ...TINY_LLAMA.metadata, 'general.name': ESCAPE } };
    const { model } = await readModel(filesOf({ 'm.gguf': ggufBytes(named) }), 'm.gguf');
    expect(model.name).not.toMatch(UNSEEN);
    const stranger = { ...TINY_LLAMA, tensors: [...TINY_LLAMA.tensors, [ESCAPE, 'F32', 4] as const] };
    expect(await refusal('m.gguf', ggufBytes(stranger))).toMatch(/has a tensor "/);
    expect(await refusal(`${ESCAPE}${'x'.repeat(1000)}.gguf`, ggufBytes(stranger))).toMatch(/has a tensor "/);
  });
});
