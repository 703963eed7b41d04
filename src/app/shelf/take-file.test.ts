import { expect, test } from 'vitest';
import committed from '../../../results/data/2026-11-24-swiftshader-quick.json';
import { MAX_RECORD_BYTES } from '../../../results/record/bounds.ts';
import { takeFile } from './take-file.ts';

const file = (content: string, name = 'a.json') => new File([content], name);

async function refusal(of: File) {
  const taken = await takeFile(of);
  if (taken.ok) throw new Error(`${of.name} was taken`);
  return taken.refusal;
}

test('a record is taken, with the text that it was written as', async () => {
  const text = JSON.stringify(committed);
  expect(await takeFile(file(text))).toMatchObject({ ok: true, text, record: { id: committed.id } });
});

test('a record that was changed is called damaged, and the rule says how it shows', async () => {
  const { title, lines } = await refusal(file(JSON.stringify({ ...committed, seed: committed.seed + 1 })));
  expect(title).toBe('a.json is a damaged record');
  expect(lines.join(' ')).toMatch(/id: must be the SHA-256 of the rest, .*; got /);
});

test('a record of a newer version says both versions', async () => {
  const { title, lines, steps } = await refusal(file(JSON.stringify({ ...committed, schema: 3, novel: true })));
  expect(title).toBe('a.json is a record of a newer HBMark');
  expect(lines).toEqual(['It is a record of version 3. This page reads versions 1 to 2.']);
  expect(steps[0]).toMatch(/^Reload the page/);
});

test('a foreign JSON says what it holds', async () => {
  const { title, lines, steps } = await refusal(file('{"name": "x", "version": "1.0.0"}', 'package.json'));
  expect(title).toBe('package.json is no record of HBMark');
  expect(lines[0]).toBe('It is JSON with the keys “name”, “version”.');
  expect(lines.length).toBeGreaterThan(1);
  expect(steps).toHaveLength(1);
  expect((await refusal(file('{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1}'))).lines[0]).toBe(
    'It is JSON with the keys “a”, “b”, “c”, “d”, “e” and 1 more.',
  );
  expect((await refusal(file('{"schema": "2"}'))).lines[1]).toMatch(/ Its “schema” is "2"\.$/);
  expect((await refusal(file('[1, 2]'))).lines[0]).toBe('It is JSON: a list of 2.');
  expect((await refusal(file('7'))).lines[0]).toBe('It is JSON: 7.');
});

test('a model is sent to the page that takes models', async () => {
  const config = await refusal(file('{"model_type": "llama"}', 'config.json'));
  const gguf = await refusal(file('GGUF\u0003\u0000', 'a.gguf'));
  for (const { steps } of [config, gguf]) expect(steps[0]).toMatch(/^This is a model\./);
  expect(gguf.lines[0]).toBe('It has 6 B. It is a GGUF file.');
});

test('a key that no record has is named in a sentence', async () => {
  const { lines } = await refusal(file(JSON.stringify({ ...committed, fast: true })));
  expect(lines).toContain('Unrecognized key: "fast".');
});

test('a ZIP, an empty file and a cut one say what they are', async () => {
  // Whatever its name says.
  for (const name of ['runs.zip', 'model.gguf']) {
    const zip = await refusal(file('PK\u0003\u0004…', name));
    expect(zip.lines[0]).toMatch(/It is a ZIP archive\.$/);
    expect(zip.steps[0]).toMatch(/^Unpack it/);
  }
  expect((await refusal(file(''))).lines[0]).toBe('It has 0 B. It is empty.');
  const cut = await refusal(file(JSON.stringify(committed).slice(0, 5000)));
  expect(cut.lines[0]).toMatch(/It begins like JSON\.$/);
  expect(cut.lines[1]).toMatch(/^It must be JSON: /);
});

test('a file that is too large is not read', async () => {
  const big = file('{"a":');
  Object.defineProperty(big, 'size', { value: MAX_RECORD_BYTES + 1 });
  Object.defineProperty(big, 'arrayBuffer', { value: () => Promise.reject(new Error('it was read')) });
  const { title, lines } = await refusal(big);
  expect(title).toBe('a.json is too large to be a record');
  expect(lines[0]).toBe('It has 33.6 MB; a record has at most 33.6 MB. It begins like JSON.');
});

test('a file that the browser cannot read says so', async () => {
  const gone = file('{}');
  Object.defineProperty(gone, 'slice', { value: () => gone });
  Object.defineProperty(gone, 'arrayBuffer', { value: () => Promise.reject(new Error('NotReadableError')) });
  expect(await refusal(gone)).toMatchObject({ title: 'a.json could not be read' });
});
