/** What the built tool prints of files that strangers made, and how it ends where it cannot print or read. */

import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UNSEEN } from '../../../results/text/shown.ts';
import { ggufBytes, safetensorsBytes, TINY_CONFIG, TINY_LLAMA } from '../../support/models/model-files.ts';
import { type Ended, hbmark, TOOL } from './tool.ts';

const RECORD = 'results/data/2026-11-24-lavapipe-quick.json';
/** A window's title, the clipboard, colours by C1, a forged line, text turned round, a lone surrogate. */
const ESCAPE =
  'x\u001b]0;owned\u0007\u001b]52;c;eA==\u001b\\\u009b31m\nforged.json: ok (0123456789ab)\r\u202egnp\ud800';
/** The same as far as UTF-8 can have it. */
const WELL_FORMED = ESCAPE.slice(0, -1);

let folder: string;
const file = (name: string) => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-hostile-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The output, once it is known that no terminal obeys it, and that no line of it is forged. */
function harmless({ stdout, stderr }: Ended): string {
  const said = stdout + stderr;
  expect(said.replaceAll('\n', '')).not.toMatch(UNSEEN);
  expect(said).not.toMatch(/^forged/m);
  expect(said.length).toBeLessThan(100_000);
  return said;
}

describe('records', () => {
  const changed = (change: (record: Record<string, unknown>) => void): string => {
    const record = JSON.parse(readFileSync(RECORD, 'utf8'));
    change(record);
    return JSON.stringify(record);
  };
  test.each<[string, string]>([
    ['a key', changed((record) => Object.assign(record, { [ESCAPE]: 1 }))],
    ['a key of 400 kB', changed((record) => Object.assign(record, { ['x'.repeat(400_000)]: 1 }))],
    ['a version', changed((record) => Object.assign(record, { schema: ESCAPE }))],
    ['an adapter', changed((record) => Object.assign(record.adapter as object, { vendor: WELL_FORMED }))],
    ['a host', changed((record) => Object.assign(record.host as object, { brand: ESCAPE, kind: ESCAPE }))],
    ['an id', changed((record) => Object.assign(record, { id: ESCAPE }))],
    ['no JSON', ESCAPE],
  ])('escapes in %s are shown as none', async (_, text) => {
    writeFileSync(file('record.json'), text);
    const checked = await hbmark(['check', file('record.json')]);
    expect(checked.code).toBe(1);
    expect(harmless(checked)).toContain('record.json: ');
    const json = await hbmark(['check', file('record.json'), '--json']);
    harmless(json);
    expect(JSON.parse(json.stdout)).toMatchObject([{ ok: false }]);
    for (const args of [
      ['fit', file('record.json')],
      ['predict', '--record', file('record.json')],
      ['run', '--resume', file('record.json')],
    ]) {
      const ended = await hbmark(args);
      expect(ended.code).toBe(2);
      expect(harmless(ended)).toMatch(/must be a record of HBMark/);
    }
  });

  test('a pipe in place of a record is refused, not waited for', async () => {
    execFileSync('mkfifo', [file('pipe.json')]);
    const { code, stderr } = await hbmark(['check', file('pipe.json')]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^hbmark: name a file: .*pipe\.json is none\n$/)]);
  });
});

test('escapes in model files are shown as none', async () => {
  const tensors = [...TINY_LLAMA.tensors, [ESCAPE, 'F32', 4] as const];
  const named = { ...TINY_LLAMA.metadata, 'general.name': ESCAPE };
  writeFileSync(file('tensor.gguf'), ggufBytes({ ...TINY_LLAMA, tensors }));
  writeFileSync(file('named.gguf'), ggufBytes({ ...TINY_LLAMA, metadata: named }));
  writeFileSync(file('config.json'), JSON.stringify(TINY_CONFIG));
  writeFileSync(file('tensor.safetensors'), safetensorsBytes({ [ESCAPE]: ['F32', 1] }));
  writeFileSync(file('type.json'), JSON.stringify({ ...TINY_CONFIG, model_type: ESCAPE }));
  const spec = ['--bandwidth', '1000', '--memory', '24'];
  for (const name of ['tensor.gguf', 'tensor.safetensors', 'type.json']) {
    const ended = await hbmark(['predict', '--model', file(name), ...spec]);
    expect(ended.code).toBe(2);
    expect(harmless(ended)).toContain(`--model: ${name}: `);
  }
  const read = await hbmark(['predict', '--model', file('named.gguf'), ...spec]);
  expect(read.code).toBe(0);
  harmless(read);
});

test.each<[string, readonly string[], RegExp]>([
  ['a list with escapes', ['list', ESCAPE], /list one of/],
  ['a list that every object has', ['list', 'constructor'], /list one of .*got "constructor"/],
  ['another', ['list', '__proto__'], /list one of .*got "__proto__"/],
  ['a command with escapes', [ESCAPE], /there is no command/],
  ['a GPU with escapes', ['predict', '--gpu', ESCAPE], /--gpu must be in/],
  ['a model with escapes', ['predict', '--model', ESCAPE, '--gpu', 'H100 SXM'], /--model/],
  ['a record with escapes', ['check', ESCAPE], /cannot read/],
  ['a GPU’s name of 1001 characters', ['run', '--gpu', 'x'.repeat(1001)], /a name of at most 1000 characters/],
  ['a GPU’s name with a control', ['run', '--gpu', 'a\u001bb'], /all of them seen as themselves/],
  ['no file', ['run', '--out', ''], /--out must be text that is not empty/],
  ['a chart in no folder', ['validate', '--seeds', '1', '--chart', '/nowhere/chart.svg'], /--chart must be a file/],
])('%s is refused in one line', async (_, args, message) => {
  const ended = await hbmark(args);
  expect(ended.code).toBe(2);
  expect(harmless(ended)).toMatch(message);
  expect(ended.stderr.trim().split('\n')).toHaveLength(1);
});

/** Runs the tool with its answer going to a full disk. */
function toFullDisk(args: readonly string[]): Promise<{ code: number | null; stderr: string }> {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [TOOL, ...args], { stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  let stderr = '';
  child.stderr?.on('data', (part) => {
    stderr += part;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr })));
}

test.each([[['fit', RECORD, '--json']], [['list', 'gpus']], [['check', RECORD]]])(
  '%s does not end as if it had answered where the disk is full',
  async (args) => {
    const { code, stderr } = await toFullDisk(args);
    expect(stderr).toMatch(/^hbmark: the answer could not be written \(.*ENOSPC/);
    expect(code).toBe(1);
  },
);
