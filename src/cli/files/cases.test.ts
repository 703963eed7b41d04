/** Files out of people's bug reports, as the terminal reads them. The unit tests beside the readers have their kinds. */

import { expect, test } from 'vitest';
import { hasShared, shared } from '../../../tests/support/shared.ts';
import { parameters, weightBytesHeld } from '../../model/models/accounting.ts';
import { modelFileNamed } from './model-files.ts';
import { checkFile } from './record-files.ts';

const isThere = hasShared('cases');
const test_ = test.skipIf(!isThere);
if (!isThere) console.warn('../shared/cases is not there: the cases out of bug reports are skipped');
const needs = isThere ? '' : ' (needs ../shared/cases)';

/** A file, the bytes of its weights, its parameters, and what of it is unread: by an independent sum over its header. */
type Row = [file: string, bytes: number, parameters: number, unread?: { tensors: number; bytes: number }];

/** The parts of a model, and its index. */
const parts = (folder: string, ...names: readonly string[]): Row[] =>
  [...names.map((name) => `${name}.safetensors`), 'model.safetensors.index.json'].map((name) => [
    `${folder}/${name}`,
    2_689_536,
    1_344_768,
  ]);

const FILES: readonly Row[] = [
  ['g01-phi4-window-0.gguf', 781_952, 1_344_768],
  ['g03-nvfp4-scale.gguf', 899_768, 1_344_768],
  ['g05-gemma3-ollama-vision.gguf', 2_086_528, 3_628_032, { tensors: 6, bytes: 66_048 }],
  ['g14-bonsai-q1_0.gguf', 195_072, 1_345_024],
  ['s02-gptq-zero-bias/model.safetensors', 959_488, 1_344_768, { tensors: 14, bytes: 8_192 }],
  ['s05-fp8-kv-scales/model.safetensors', 1_518_116, 1_344_768],
  ['s12-mlx-moe/model.safetensors', 1_563_648, 1_347_072],
  ...parts('s16-zero-based-plus-one', 'model-00000-of-00002', 'model-00001-of-00002', 'model-00002-of-00002'),
  ...parts('s17-zero-based', 'model-00000-of-00003', 'model-00001-of-00003', 'model-00002-of-00003'),
  ...parts('s19-six-digits', 'model-00001-of-000003', 'model-00002-of-000003', 'model-00003-of-000003'),
];

test_.each<Row>([...FILES])(`%s is read, to the byte${needs}`, async (name, bytes, weights, unread) => {
  const { model, weights: stored } = await modelFileNamed(shared('cases', name));
  expect(weightBytesHeld(stored?.tensors ?? [])).toBe(bytes);
  expect(parameters(model)).toBe(weights);
  expect(stored?.unread).toEqual(unread ?? { tensors: 0, bytes: 0 });
});

test_(`a window of 0 is none${needs}`, async () => {
  const { model } = await modelFileNamed(shared('cases', 'g01-phi4-window-0.gguf'));
  expect(model.layers.map(({ attention }) => attention)).toEqual([
    expect.not.objectContaining({ window: expect.anything() }),
    expect.not.objectContaining({ window: expect.anything() }),
  ]);
});

test_(`a config with Infinity is read${needs}`, async () => {
  const { model } = await modelFileNamed(shared('cases', 'c20-infinity.json'));
  // Llama 3.1 8B's shape.
  expect(parameters(model)).toBe(8_030_261_248);
});

test_(`a record with a mark (BOM) is checked like any${needs}`, () => {
  expect(checkFile(shared('cases', 'r01-bom.json')).problems).toEqual([]);
});
