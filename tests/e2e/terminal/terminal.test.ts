/** The built command line tool in a process of its own, as a person or a script uses it. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cachesOf } from '../../../results/derived/caches.ts';
import { cacheCurve, streamingGBps } from '../../../results/derived/derive.ts';
import { headlineOf } from '../../../results/derived/headline.ts';
import { labelsOf } from '../../../results/labels/index.ts';
import { checkRecord, readRecord } from '../../../results/record/check.ts';
import type { RunRecord } from '../../../results/record/schema.ts';
import type { BetweenDocument } from '../../../src/cli/text/between.ts';
import type { RunDocument } from '../../../src/cli/text/summary.ts';
import { READER } from '../../../src/session/reader.ts';
import { TINY_CONFIG } from '../../support/models/model-files.ts';
import { ALL } from '../../support/tier.ts';
import { type Ended, hbmark as runTool, start } from './tool.ts';

/** Runs the tool without the tester's own winners of tuning. */
const hbmark = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  runTool(args, { ...environment(), ...env });

const environment = (): NodeJS.ProcessEnv => ({ HBMARK_CACHE: file('tunings.json') });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  writeFileSync(file('config.json'), JSON.stringify(TINY_CONFIG));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string) => join(folder, name);

describe('run', () => {
  /** Few kernels in little memory: `tests/contract` runs all of them. */
  const FEW = ['--kernel', 'stream-read', '--kernel', 'working-set-read', '--memory', '0.3'];

  const runJson = async (...flags: string[]): Promise<RunDocument> => {
    const { code, stdout, stderr } = await hbmark(['run', '--profile', 'quick', '--json', ...FEW, ...flags]);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/^memory {3}up to 300 MB of GPU memory: \d+ MB to read; then up to .* decode step/m);
    return JSON.parse(stdout);
  };

  const kernelsOf = ({ plan }: RunRecord): string[] => [...new Set(plan.cases.map(({ kernel }) => kernel))].sort();

  test('runs in Node and prints one document on stdout', async () => {
    const out = ['--out', file('node.json')];
    const document = await runJson('--host', 'node', '--budget', '30', ...out, '--model', file('config.json'));
    expect(document.software).toBe(true);
    expect(document.labels).toEqual(labelsOf(document.record, READER));
    expect(document.labels.map(({ id }) => id)).toContain('software-adapter');
    // The verdict depends on the CPU that the adapter runs on, and on what else runs there.
    expect(document.claims.map(({ id }) => id)).toContain('door');
    expect(document.claims.filter(({ verdict }) => verdict === 'holds')).toEqual([]);
    // It needs products, which did not run.
    expect(document.weightsOnlyDecode).toEqual([]);
    // The few steps that the profile chooses. A busy machine may not come to them.
    expect(document.decode.map(({ batch, context }) => [batch, context])).toEqual([
      [1, 128],
      [1, 8192],
      [8, 128],
      [8, 8192],
    ]);
    // A busy machine may not come to a headline, either.
    const headline = headlineOf(document.record);
    expect(document.stream?.gbps).toBe(streamingGBps(document.record)?.value);
    expect(document.stream?.of).toBe(headline?.of);
    expect(document.stream?.downToGBps).toBe(headline?.downToGBps);
    expect(document.stream?.launchMs?.value).toBe(headline?.line?.launchMs.value);
    expect(document.caches?.end).toBe(cachesOf(cacheCurve(document.record))?.end);
    // Working sets from 4 MiB on, each twice the one before, as far as memory reaches.
    expect(document.record.plan.cases.filter(({ params }) => params.workingSetBytes !== undefined)).toHaveLength(7);
  });

  test('the record that it kept passes check, with its labels', async () => {
    const { code, stdout } = await hbmark(['check', file('node.json')]);
    expect(code).toBe(0);
    expect(stdout).toContain('ok (');
    expect(stdout).toContain('Software adapter');
  });

  test('runs in headless Chromium, by the page itself', async () => {
    const document = await runJson(
      ...['--host', 'chromium', '--adapter', 'swiftshader', '--gpu', 'no GPU at all', '--seed', '7'],
      // The page has no path to this file: it is handed the model.
      ...['--model', file('config.json'), '--context', '48', '--batch', '2', '--shortest', '32'],
      // SwiftShader compiles a step's kernels for half a minute. The page's own test waits for them, too.
      ...['--budget', ALL ? '240' : '45'],
    );
    expect(document.record).toMatchObject({ seed: 7, host: { kind: 'browser' }, reported: { gpu: 'no GPU at all' } });
    expect(kernelsOf(document.record)).toEqual(['stream-read', 'working-set-read']);
    expect(checkRecord(document.record)).toMatchObject({ ok: true });
    expect(document.stream?.gbps).toBeGreaterThan(0);
    expect(document.labels.map(({ id }) => id)).toContain('software-adapter');
    const handed = { model: file('config.json'), weights: 'f16', kv: 'f16', batch: 2, context: 48, shortest: 32 };
    expect(document.decode).toMatchObject([handed]);
    if (!ALL) return;
    expect(document.labels.map(({ id }) => id)).toContain('small-model');
    expect(document.decode).toMatchObject([{ status: 'measured' }]);
    expect(document.decode[0]?.tokensPerSecond?.value).toBeGreaterThan(0);
  });

  // Without an adapter: src/cli/measuring/repeat.test.ts.
  test.runIf(ALL)('several runs are one document, and leave a record each', async () => {
    const few = ['--kernel', 'stream-read', '--budget', '40', '--memory', '0.2', '--repeat', '2', '--seed', '7'];
    const { code, stdout } = await hbmark(['run', ...few, '--out', file('r.json'), '--json']);
    expect(code).toBe(0);
    const { runs, between }: { runs: RunDocument[]; between: BetweenDocument } = JSON.parse(stdout);
    expect(runs).toHaveLength(2);
    for (const [i, { record }] of runs.entries()) {
      expect(readRecord(JSON.parse(readFileSync(file(`r-${i + 1}.json`), 'utf8'))).id).toBe(record.id);
    }
    expect(runs[0]?.record.seed).toBe(7);
    expect(runs[1]?.record.seed).not.toBe(7);
    expect(between.counted).toEqual([1, 2]);
    expect(between.stream?.runs.map(({ value }) => value)).toEqual(runs.map(({ stream }) => stream?.gbps));
    // Two runs are too few for an interval between them.
    expect(between.stream).toMatchObject({ unit: 'GB/s', mean: { ci95: null }, agree: null });
  });

  test('an interrupted run keeps what it has', async () => {
    const out = file('interrupted.json');
    const args = ['run', '--profile', 'full', '--kernel', 'stream-read', '--memory', '0.2', '--out', out];
    const { child, ended } = start(args, environment());
    // The unfinished record, in case the process is killed.
    await expect.poll(() => existsSync(`${out}.unfinished`)).toBe(true);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(existsSync(`${out}.unfinished`)).toBe(false);
    const checked = checkRecord(JSON.parse(readFileSync(out, 'utf8')));
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    expect(checked.record.events.map(({ kind }) => kind)).toContain('cancelled');
    // The number of measured cases depends on the machine. tests/contract tests that they are kept.
    expect(checked.record.measurements).toHaveLength(checked.record.plan.cases.length);
  });
});

describe('unusable input ends with exit 2 and one line that names the fix', () => {
  const cases: [string, string[], RegExp][] = [
    ['no command', [], /name a command/],
    ['an unknown command', ['measure'], /"measure"/],
    ['an unknown flag', ['run', '--batches', '4'], /--batches/],
    ['an unknown profile', ['run', '--profile', 'slow'], /one of quick, full, kernels; got "slow"/],
    ['an unknown model', ['run', '--model', 'gpt-9'], /unknown model "gpt-9"; there are .*llama-3\.1-8b/],
    ['a model’s file that is not there', ['run', '--model', 'nowhere.gguf'], /nowhere\.gguf: is not there/],
    ['a file that is no model', ['run', '--model', 'package.json'], /package\.json: model_type must be one of llama, /],
    ['an unknown host', ['run', '--host', 'safari'], /one of node, chromium, firefox, deno; got "safari"/],
    ['an unknown kernel', ['run', '--kernel', 'sort'], /--kernel must be one of .*stream-read, .*; got "sort"/],
    ['a budget out of range', ['run', '--budget', '0'], /--budget must be a whole number from 1 to 86400 seconds/],
    ['a seed out of range', ['run', '--seed=-1'], /whole number from 0 to 4294967295; got "-1"/],
    ['memory that is no number', ['run', '--memory', 'lots'], /--memory must be a number/],
    ['too little memory', ['run', '--memory', '0.01'], /from 0\.1 to 1000 GB/],
    ['a flag twice', ['run', '--seed', '1', '--seed', '2'], /give --seed once/],
    ['a flag without its value', ['run', '--out'], /--out/],
    ['a folder that is not there', ['run', '--out', '/nowhere/run.json'], /--out must be a file that can be written/],
    ['a folder as a file', ['run', '--out', tmpdir()], /--out must be a file that can be written/],
    ['no record to check', ['check'], /name at least one record/],
    ['a record that is not there', ['check', 'nowhere.json'], /cannot read nowhere\.json/],
    [
      'an unknown list',
      ['list', 'cats'],
      /kernels, formats, quantisations, models, gpus, generations, claims, profiles/,
    ],
    ['a port out of range', ['serve', '--port', '99999'], /from 0 to 65535/],
    [
      'a negative bandwidth',
      ['predict', '--bandwidth', '-5', '--memory', '8'],
      /--bandwidth must be .* GB\/s; got "-5"/,
    ],
    ['an ambiguous GPU', ['predict', '--gpu', 'A100'], /--gpu must be one of .*A100 80GB.*; got "A100"/],
  ];
  test.each(cases)('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await hbmark(args);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.on('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await hbmark(['serve', '--page-only', '--port', String(port)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`port ${port} is in use.*--port`));
    taken.close();
  });
});

test('without an adapter it ends with exit 3 and says what to do', async () => {
  const { code, stdout, stderr } = await hbmark(['run'], {
    VK_DRIVER_FILES: '/nowhere.json',
    VK_ICD_FILENAMES: '/nowhere.json',
  });
  expect(stderr).toMatch(/No GPU adapter.*driver/);
  expect(stdout).toBe('');
  expect(code).toBe(3);
});

describe('check', () => {
  test.each([
    ['not JSON', '{"schema":1', /must be JSON/],
    ['empty', '', /must be JSON/],
    ['something else', '{"hello":"world"}', /schema: /],
  ])('%s ends with exit 1, the path and the rule', async (name, text, message) => {
    writeFileSync(file(`${name}.json`), text);
    const { code, stdout } = await hbmark(['check', file(`${name}.json`)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(message);
  });

  test('--json says the same to a script', async () => {
    const { code, stdout } = await hbmark(['check', file('node.json'), file('empty.json'), '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { ok: true, problems: [] },
      { ok: false, problems: [{ path: '' }] },
    ]);
  });
});

describe('predict', () => {
  test('prints one document: points that fit with their speed, others with what would fit', async () => {
    const spec = ['--bandwidth', '1000', '--memory', '24', '--context', '1024', '--batch', '1,1000'];
    const { code, stdout, stderr } = await hbmark(['predict', '--model', 'llama-3.1-8b', ...spec, '--json']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { model: 'llama-3.1-8b', weights: 'f16', kv: 'f16', context: 1024, batch: 1, fits: true, bound: 'bandwidth' },
      { batch: 1000, fits: false, bound: 'capacity', tokensPerSecond: null, wouldFit: { batch: 59 } },
    ]);
  });

  test('predicts from a record, whose labels go to stderr', async () => {
    const { code, stdout, stderr } = await hbmark([
      'predict',
      '--record',
      'results/data/2026-11-24-lavapipe-quick.json',
      '--memory',
      '8',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)[0].tokensPerSecond).toBeGreaterThan(0);
    expect(stderr).toContain('! Software adapter');
  });
});

test.each(['kernels', 'formats', 'models', 'gpus', 'generations', 'claims', 'profiles', 'racks', 'speculation'])(
  'list %s prints the same rows for people and for scripts',
  async (what) => {
    const [text, json] = [await hbmark(['list', what]), await hbmark(['list', what, '--json'])];
    const rows = JSON.parse(json.stdout);
    expect(rows.length).toBeGreaterThan(1);
    for (const { id, name } of rows) expect(text.stdout).toContain(id ?? name);
  },
);

test('--help and --version print on stdout', async () => {
  expect((await hbmark(['--help'])).stdout).toContain('run');
  expect((await hbmark(['--version'])).stdout).toMatch(/hbmark\/\d+\.\d+\.\d+/);
});
