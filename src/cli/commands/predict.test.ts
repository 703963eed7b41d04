import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cac } from 'cac';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { GPUS } from '../../../results/gpus/by-name.ts';
import { ggufBytes, TINY_LLAMA } from '../../../tests/support/models/model-files.ts';
import { document, printed } from '../../../tests/support/predicted.ts';
import { EXIT, exitCodeOf } from '../errors.ts';
import { asTyped, withValuesAsTyped } from '../flags.ts';
import type { AnsweredPrediction } from '../text/asked-lines.ts';
import { list } from './list.ts';
import { predict } from './predict.ts';

const RECORD = 'results/data/2026-11-24-lavapipe-quick.json';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hbmark-'));
  writeFileSync(join(folder, 'tiny.gguf'), ggufBytes(TINY_LLAMA));
  const record = JSON.parse(readFileSync(RECORD, 'utf8'));
  writeFileSync(join(folder, 'edited.json'), JSON.stringify({ ...record, seed: record.seed + 1 }));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/**
 * Questions that people ask, with what was published of the file or the memory: docs/predict.md has the table. Sizes
 * are those of llama-bench (ggml-org/llama.cpp benches/dgx-spark.md; lmstudio-community/Qwen3.6-35B-A3B-GGUF), of
 * Ollama's library, and of the repositories on the Hugging Face hub.
 */
describe('questions that people ask', () => {
  const GiB = 2 ** 30;
  test.each([
    ['does gpt-oss-120b fit 96 GB?', { memory: 96, model: 'gpt-oss-120b', weights: 'MXFP4_MOE' }, 59.02 * GiB, true],
    [
      'Qwen3.6-35B-A3B at 128k on a 4090 in Q4_K_M?',
      { memory: 24, model: 'qwen3.6-35b-a3b', weights: 'Q4_K_M', context: '131072' },
      ...([19.7 * GiB, true] as const),
    ],
    ['Phi-4 on 12 GB in Q4_K_M?', { memory: 12, model: 'phi-4', weights: 'q4_K_M' }, 8.43 * GiB, true],
    [
      'Qwen3 32B on a 4090 in Q4_K_M, at 32k?',
      { memory: 24, model: 'qwen3-32b', weights: 'q4_k_m', context: '32768' },
      19.8e9,
      false,
    ],
    [
      'DeepSeek V3 on a Mac of 512 GB in Q4_K_M?',
      { memory: 512, model: 'deepseek-v3', weights: 'Q4_K_M' },
      404e9,
      true,
    ],
  ])('%s', async (_, { model, ...flags }, published, fits) => {
    const [row] = await document({ bandwidth: 1008, ...flags, model: [model] });
    expect(row?.fits).toBe(fits);
    expect(Math.abs((row?.weightBytesHeld ?? 0) / published - 1)).toBeLessThan(0.003);
  });

  test('a step of a sparse or hybrid model says what it reads of what it keeps', async () => {
    const flags = { bandwidth: 8000, memory: 1500, context: '131072', weights: 'fp8' };
    const [row] = await document({ ...flags, model: ['deepseek-v3.2'] });
    expect(row?.cacheShareRead).toBeCloseTo((576 * 2048 + 128 * 131_072) / (704 * 131_072), 6);
    expect(await printed({ ...flags, model: ['deepseek-v3.2'] })).toMatch(
      /^ρ {10}deepseek-v3\.2 at context 131,072: a step reads 0\.195 of the KV cache and states that it keeps$/m,
    );
    expect(await printed({ ...flags, model: ['llama-3.1-8b'] })).not.toContain('ρ');
  });

  test('a config’s own quantisation is meant, and said, where no format is asked for', async () => {
    const config = {
      ...{ model_type: 'llama', hidden_size: 4096, intermediate_size: 14336, vocab_size: 128256 },
      ...{ num_attention_heads: 32, num_hidden_layers: 32, num_key_value_heads: 8 },
      quantization_config: { quant_method: 'fp8', weight_block_size: [128, 128] },
    };
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    const flags = { bandwidth: 1000, memory: 24, model: [file] };
    expect(await printed(flags)).toMatch(
      /^weights {4}\S*config\.json: the file’s own quantisation, fp8 in blocks of 128 × 128; 9\.08 GB$/m,
    );
    const [own, asked] = [(await document(flags))[0], (await document({ ...flags, weights: 'f16' }))[0]];
    expect([own?.weights, own?.quantisation]).toEqual(['stored', 'fp8 in blocks of 128 × 128']);
    expect([asked?.weights, asked?.quantisation]).toEqual(['f16', null]);
  });

  test.each([
    ['fp8', 0.5],
    ['q8_0', 34 / 64],
    ['Q4_0', 18 / 64],
    ['q5_1', 24 / 64],
    ['FP16', 1],
  ])('a cache in %s takes %d of one in f16', async (kv, share) => {
    const flags = { bandwidth: 1000, memory: 24, model: ['llama-3.1-8b'], weights: 'int4-g32' };
    const [one] = await document({ ...flags, kv });
    const [half] = await document(flags);
    expect((one?.kvBytes ?? 0) / (half?.kvBytes ?? 1)).toBe(share);
    expect(one?.kv).toBe(kv.toLowerCase());
  });
});

describe('predict --json', () => {
  test('is one array: models by contexts by batches', async () => {
    const rows = await document({
      ...{ gpu: 'RTX 4090', model: ['llama-3.1-8b', 'gpt-oss-20b'], weights: 'int4-g32', kv: 'int8' },
      ...{ context: '1024,8192', batch: '1,4' },
    });
    expect(rows.map(({ model, context, batch }) => [model, context, batch])).toEqual(
      ['llama-3.1-8b', 'gpt-oss-20b'].flatMap((model) =>
        [1024, 8192].flatMap((context) => [1, 4].map((batch) => [model, context, batch])),
      ),
    );
    for (const row of rows) {
      expect(row).toMatchObject({ weights: 'int4-g32', kv: 'int8', fits: true, bound: 'bandwidth' });
      expect((row.stepMs ?? 0) * 1008e6).toBeCloseTo(row.weightBytes + row.kvBytes, -2);
    }
  });

  test('a GPU’s name and its spec give the same machine', async () => {
    const byName = await document({ gpu: 'NVIDIA H100', model: 'llama-3.1-8b' });
    const bySpec = await document({ bandwidth: 3350, memory: 85.520809984, flops: 989, model: 'llama-3.1-8b' });
    // What an engine reaches and what power costs are known of the GPU alone.
    const [named, specified] = [...byName, ...bySpec].map((row) => ({ ...row, expected: 0, machine: '', cost: null }));
    expect(specified).toEqual(named);
    expect(await document({ gpu: 'h100', model: 'llama-3.1-8b' })).toEqual(byName);
  });

  test('a file counts the bytes that it stores, unless another format is asked for', async () => {
    const model = join(folder, 'tiny.gguf');
    const [stored] = await document({ gpu: 'RTX 4090', model });
    const [other] = await document({ gpu: 'RTX 4090', model, weights: 'ternary' });
    expect(stored).toMatchObject({ model, weights: 'stored' });
    expect(other?.weights).toBe('ternary');
    expect(other?.weightBytes).toBeLessThan(stored?.weightBytes ?? 0);
  });

  test('a record’s machine is as slow as it was measured', async () => {
    const [row] = await document({ record: RECORD, memory: 8 });
    // The software adapter streams about 3 GB/s, and the model has 2.5 GB.
    expect(row?.tokensPerSecond).toBeGreaterThan(0.1);
    expect(row?.tokensPerSecond).toBeLessThan(10);
    expect(row?.bound).toBe('compute');
    expect(row?.full?.twiceBandwidth).toBeCloseTo(1, 2);
  });

  test('a point that does not fit has no speed, and says what would fit', async () => {
    const [row] = await document({ gpu: 'RTX 4090', model: 'llama-3.1-70b' });
    expect(row).toMatchObject({ fits: false, bound: 'capacity', tokensPerSecond: null, maxBatch: 0 });
    expect(row?.wouldFit?.weights).toEqual(['ternary']);
  });
});

test('compute counts by default, so that no large batch runs at the speed of memory', async () => {
  const flags = { gpu: 'RTX 4090', model: 'smollm2-135m', context: 64, batch: 4000 };
  const [row] = await document(flags);
  expect(row?.bound).toBe('compute');
  const [memoryAlone] = await document({ ...flags, flops: 1e6 });
  expect(row?.tokensPerSecond).toBeLessThan((memoryAlone?.tokensPerSecond ?? 0) / 1.5);
});

describe('the expected speed', () => {
  test('of a GPU that was measured lies below the bound, with its figures as evidence', async () => {
    const [row] = await document({ gpu: 'RTX 3060', model: 'llama-2-7b', weights: 'Q4_0', context: 64 });
    const { engine, tokensPerSecond, interval, evidence, warnings } = (row as AnsweredPrediction).expected;
    // Published: 75.6 and 76.9 tokens/s.
    expect(engine).toBe('llama.cpp');
    expect((tokensPerSecond ?? 0) / 76.3).toBeCloseTo(1, 1);
    expect(tokensPerSecond).toBeLessThan(row?.tokensPerSecond ?? 0);
    expect(interval?.[0]).toBeLessThan(75.57);
    expect(interval?.[1]).toBeGreaterThan(76.92);
    expect(evidence).toMatch(/^\d+ figures of this GPU by CUDA$/);
    expect(warnings).toEqual([]);
  });

  test('is less sure of a GPU that was not measured, and of more than was', async () => {
    const widthOf = async (flags: Readonly<Record<string, unknown>>) => {
      const asked = { gpu: 'RTX 3060', memory: 99, model: 'llama-2-7b', weights: 'Q4_0', context: 64 };
      const [row] = await document({ ...asked, ...flags });
      const [low = 0, high = 0] = row?.expected.interval ?? [];
      return { ratio: (row?.expected.tokensPerSecond ?? 0) / low, high, warnings: row?.expected.warnings ?? [] };
    };
    const measured = await widthOf({});
    const unmeasured = await widthOf({ gpu: 'RTX 4090' });
    expect(unmeasured.ratio).toBeGreaterThan(measured.ratio);
    expect(unmeasured.warnings).toEqual([]);
    const beyond = [{ batch: 8 }, { context: 16384 }, { model: 'smollm2-135m' }];
    for (const flags of beyond) {
      const { ratio, warnings } = await widthOf(flags);
      expect(ratio).toBeGreaterThan(measured.ratio);
      expect(warnings.length).toBeGreaterThan(0);
    }
  });

  test.each([
    [{ weights: 'Q4_0' }, []],
    [{ weights: 'f16' }, []],
    [{ weights: 'mxfp4' }, []],
    [{ weights: 'int4-g32' }, []],
    [{ weights: 'int8' }, []],
    [{ weights: 'nvfp4' }, ['no figure behind the expectation has weights in nvfp4']],
    [{ weights: 'IQ3_XXS' }, ['no figure behind the expectation has weights in IQ3_XXS']],
    [{ weights: 'Q8_0', kv: 'q8_0' }, ['no figure behind the expectation has a KV cache in q8_0']],
    [
      { weights: 'Q4_0', gpu: 'Rubin' },
      ['memory of 22,000 GB/s; that of the GPUs behind the expectation has 68 to 3,350'],
    ],
  ])('warns of formats and bandwidths that no figure has, and is less sure: %o', async (flags, warnings) => {
    const of = async (asked: Readonly<Record<string, unknown>>) => {
      const [row] = await document({ gpu: 'RTX 3090', model: 'llama-2-7b', context: 64, ...asked });
      const { tokensPerSecond, interval, ...expected } = (row as AnsweredPrediction).expected;
      return { ...expected, ratio: (tokensPerSecond ?? 0) / (interval?.[0] ?? 0) };
    };
    const expected = await of(flags);
    expect(expected.warnings).toEqual(warnings);
    const known = await of({ weights: 'Q4_0' });
    if (warnings.length > 0) expect(expected.ratio).toBeGreaterThan(1.05 * known.ratio);
  });

  test.each([
    [{ model: 'llama-2-7b', context: 4096 }, 4096, false],
    [{ model: 'llama-2-7b', context: 4097 }, 4096, true],
    [{ model: 'llama-3.1-8b', mix: '512:0.9,200000:0.1' }, 131_072, true],
  ])('a context beyond those that a preset was made for is said to be: %o', async (flags, positions, isSaid) => {
    const asked = { gpu: 'H200', ...flags };
    expect((await document(asked))[0]?.positions).toBe(positions);
    expect((await printed(asked)).includes(`! ${flags.model} was made for`)).toBe(isSaid);
  });

  test.each([
    [{ gpu: 'RTX 3060', engine: 'vllm' }, 'no expectation: vllm was not measured on any GPU'],
    [{ gpu: 'RTX 3060', engine: 'hbmark' }, 'no expectation: HBMark’s own speed is that of a run: give --record FILE'],
    [{ gpu: 'Arc A770 16GB', engine: 'localscore' }, 'no expectation: nothing measured on this kind'],
    [{ gpu: 'Google TPU v5e' }, 'no expectation: nothing measured on this kind'],
    [{ gpu: 'RTX 3060', engine: 'peak' }, 'the peak is a bound, and no engine’s speed'],
    [{ bandwidth: 100, memory: 8 }, 'no expectation: the machine is not the GPU of a name'],
  ])('of %o is none: %s', async (flags, evidence) => {
    const [row] = await document(flags);
    expect(row?.expected).toMatchObject({ tokensPerSecond: null, interval: null, evidence });
    expect(row?.tokensPerSecond).toBeGreaterThan(0);
    expect(await printed(flags)).toContain(evidence);
  });

  test('LocalScore’s engine is slower than llama.cpp', async () => {
    const of = async (engine: string) =>
      (await document({ gpu: 'RTX 3060', model: 'llama-3.1-8b', weights: 'Q4_K_M', context: 1500, engine }))[0]
        ?.expected.tokensPerSecond ?? Number.NaN;
    expect(await of('localscore')).toBeLessThan(await of('llama.cpp'));
    // Published: 49.5 to 53.1 tokens/s.
    expect((await of('localscore')) / 51).toBeCloseTo(1, 1);
  });
});

describe('predict in text', () => {
  test('names the machine, its source, and what is left out', async () => {
    const text = await printed({ gpu: 'RTX 4090', model: 'llama-3.1-8b' });
    expect(text).toMatch(/^machine {4}NVIDIA GeForce RTX 4090: 24 GB, 1,008 GB\/s \(TechPowerUp.*; at its peak/);
    expect(text).toMatch(/^compute {4}[\d.]+ TFLOP\/s$/m);
    expect(await printed({ bandwidth: 100, memory: 8 })).toContain('left out: --flops TFLOP/s counts it');
    expect(await printed({ gpu: 'RTX 4090', flops: 165 })).toContain('compute    165 TFLOP/s');
  });

  test('says what would fit in place of a point that does not, or that nothing would', async () => {
    const flags = { gpu: 'RTX 4090', context: 4096, batch: 1 };
    expect(await printed({ ...flags, model: 'llama-3.1-70b' })).toMatch(
      /! llama-3\.1-70b at context 4,096, batch 1 needs 142 GB; would fit: weights in ternary; or weights in llama\.cpp’s IQ2_M$/m,
    );
    expect(await printed({ ...flags, model: 'kimi-k2' })).toMatch(/nothing smaller here would fit$/m);
    expect(await printed({ ...flags, model: 'llama-3.1-8b', batch: 100 })).toMatch(
      /would fit: batch 18; or context 739/,
    );
  });

  test('says once what a full memory makes, and what more bandwidth or memory would buy', async () => {
    const text = await printed({ gpu: 'RTX 4090', model: 'llama-3.1-8b', context: 4096, batch: '1,8' });
    expect(text.match(/^full /gm)).toHaveLength(1);
    expect(text).toMatch(
      /^full +llama-3\.1-8b at context 4,096, batch 18: \d+ tokens\/s; 2\.00 times that with twice the bandwidth, [\d.]+ times with twice the memory$/m,
    );
  });

  test('names the record, and the measurements that the prediction is based on', async () => {
    const text = await printed({ record: RECORD, memory: 8, model: ['llama-3.2-1b', 'smollm2-135m'] });
    expect(text).toMatch(/^machine {4}as .*lavapipe-quick\.json measured it, 8 GB$/m);
    expect(text.match(/^basis {6}weights multiplied at the rate of GEMVs in f16, /gm)).toHaveLength(1);
    expect(text.match(/^compute {4}0\.00\d+ TFLOP\/s$/gm)).toHaveLength(1);
  });

  test('a record’s labels go to stderr, in JSON too', async () => {
    for (const json of [false, true]) {
      await printed({ record: RECORD, memory: 8, json });
      expect(vi.mocked(console.error).mock.calls.flat().join('\n')).toMatch(/^! Software adapter/);
      vi.mocked(console.error).mockClear();
    }
  });
});

describe('input that cannot be used is one line and exit code 2', () => {
  const spec = { bandwidth: 100, memory: 8 };
  test.each([
    [{}, /give one of --gpu NAME, --bandwidth GB\/s with --memory GB, and --record FILE; got none of them/],
    [{ gpu: 'H100', bandwidth: 1 }, /got --gpu and --bandwidth/],
    [
      { gpu: 'rtx 4090 rtx 3090 rtx 3080 rtx 4080 rtx 4070 a100 h100 v100 l4 t4' },
      /^--gpu must be one of NVIDIA .{1,180}…; got "rtx 4090 .{1,90}$/,
    ],
    [{ gpu: 'A100' }, /--gpu must be one of NVIDIA A100 80GB, NVIDIA A100 40GB; got "A100"/],
    [{ gpu: 'Voodoo 2' }, /--gpu must be in "hbmark list gpus".*; got "Voodoo 2"/],
    [{ gpu: '' }, /--gpu must be text that is not empty/],
    [{ bandwidth: 100 }, /give --memory GB: --bandwidth needs it/],
    [{ record: RECORD }, /give --memory GB: .*lavapipe-quick\.json does not say/],
    [{ record: 'nowhere.json' }, /cannot read nowhere\.json/],
    [{ record: 'package.json' }, /--record must be a record of HBMark; package\.json: /],
    [{ ...spec, bandwidth: 0 }, /--bandwidth must be a number from 0\.1 to 100000000 GB\/s; got "0"/],
    [{ ...spec, bandwidth: -5 }, /--bandwidth must be .* got "-5"/],
    [{ ...spec, bandwidth: 'NaN' }, /--bandwidth must be .* got "NaN"/],
    [{ ...spec, bandwidth: '3.35TB/s' }, /--bandwidth must be .* got "3\.35TB\/s"/],
    [{ ...spec, bandwidth: 1e12 }, /--bandwidth must be .* got "1000000000000"/],
    [{ ...spec, memory: 0 }, /--memory must be a number from 0\.01 to 10000000 GB; got "0"/],
    [{ ...spec, memory: 8e9 }, /--memory must be .* GB; got "8000000000"/],
    [{ ...spec, flops: 1e15 }, /--flops must be a number from 0\.001 to 1000000000 TFLOP\/s; got/],
    [{ ...spec, overhead: -1 }, /--overhead must be a number from 0 to 60000 ms; got "-1"/],
    [{ ...spec, overhead: ' ' }, /--overhead must be .* got " "/],
    [{ ...spec, context: '1024,0' }, /--context must be a whole number from 1 to 100000000 positions; got "0"/],
    [{ ...spec, context: '1024,' }, /--context must be .* got ""/],
    [{ ...spec, batch: 1.5 }, /--batch must be a whole number from 1 to 10000000 sequences; got "1\.5"/],
    [{ ...spec, batch: true }, /--batch needs a value/],
    [
      { ...spec, weights: 'f17' },
      /--weights must be one of f32, f16, .*, or of "hbmark list quantisations", in any case; got "f17"/,
    ],
    [{ ...spec, engine: 'ollama' }, /--engine must be one of llama\.cpp, .*, peak; got "ollama"/],
    [{ ...spec, kv: 'fp7' }, /--kv must be one of f32, f16, .*fp8, q8_0.*, in any case; got "fp7"/],
    [{ ...spec, model: 'gpt-9' }, /--model: unknown model "gpt-9"; there are/],
  ])('%o', async (flags, message) => {
    const error = await predict.parse([], flags).then(predict.run, (e: unknown) => e);
    expect(exitCodeOf(error)).toBe(EXIT.unusableInput);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
  });

  test('a record that was edited is refused by its id', async () => {
    const error = await predict.parse([], { record: join(folder, 'edited.json') }).catch((e: unknown) => e);
    expect((error as Error).message).toMatch(/^--record must be a record of HBMark; .*edited\.json: id: /);
  });
});

test.each([
  [['node', 'hbmark', 'predict', '--bandwidth', '-5', '--json'], { bandwidth: '-5', json: true }, 'predict'],
  [['node', 'hbmark', '--memory', '-.5', '--out=x', '-h'], { memory: '-.5', out: 'x', h: true }, ''],
  [['node', 'hbmark', '--out', '', '--gpu='], { out: '', gpu: '' }, ''],
  [
    ['node', 'hbmark', '--out', '007', '--resume=1e3', '--gpu', ' 4090'],
    { out: '007', resume: '1e3', gpu: ' 4090' },
    '',
  ],
])('%j: values are read as they were typed', (args, flags, positional) => {
  const { options, args: positionals } = cac('hbmark').parse(withValuesAsTyped(args), { run: false });
  const { '--': _, ...given } = options;
  expect(positionals.join()).toBe(positional);
  const typed = Object.entries(given).map(([name, value]) => [name, value === true ? value : asTyped(value)]);
  expect(Object.fromEntries(typed)).toEqual(flags);
});

test('list gpus names every GPU that predict knows, with its source', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  list.run(list.parse(['gpus'], { json: true }));
  const rows = JSON.parse(String(log.mock.calls[0]?.[0])) as { name: string; source: string }[];
  expect(rows.map(({ name }) => name)).toEqual(GPUS.map(({ name }) => name));
  for (const { source } of rows) expect(source).not.toBe('');
});

describe('what buyers ask', () => {
  const asked = (flags: Readonly<Record<string, unknown>>) =>
    document({ gpu: 'NVIDIA H100', model: 'llama-3.1-70b', weights: 'fp8', ...flags });

  test('two GPUs are faster than one, and the bound is all that is said', async () => {
    const [[one], [two]] = [await asked({}), await asked({ gpus: 2, link: 450 })];
    expect(two?.tokensPerSecond).toBeGreaterThan(1.5 * (one?.tokensPerSecond ?? 0));
    expect(two?.terms?.linksMs).toBeGreaterThan(0);
    expect(two?.expected).toMatchObject({
      tokensPerSecond: null,
      evidence: expect.stringMatching(/of one GPU/),
    });
  });

  test('users at a speed, and that not even one has it', async () => {
    const [some] = await asked({ speed: 20, context: '8192' });
    expect(some?.atSpeed?.users).toBe(some?.batch);
    expect(some?.tokensPerSecondPerUser).toBeGreaterThanOrEqual(20);
    expect((await asked({ speed: 1000 }))[0]?.atSpeed?.users).toBe(0);
    expect(await printed({ gpu: 'NVIDIA H100', model: 'llama-3.1-8b', speed: 1e5 })).toMatch(
      /no user has 100,000 tokens\/s; one alone has/,
    );
  });

  test('a request, drafts and cost are in the row, and null unless they were asked for', async () => {
    const [row] = await asked({ prompt: 1000, output: 100, draft: 'llama-3.2-1b', hourly: 2, watts: 500 });
    expect(row?.context).toBe(1100);
    expect(row?.request).toMatchObject({ promptTokens: 1000, outputTokens: 100 });
    expect(row?.drafts?.speedUp).toBeGreaterThan(1);
    expect(row?.cost?.joulesPerToken).toBeCloseTo(500 / (row?.tokensPerSecond ?? 0), 9);
    expect((await asked({}))[0]).toMatchObject({ request: null, drafts: null, atSpeed: null });
  });

  test('a request has the times that an engine is expected to take, in JSON and in text', async () => {
    const [row] = await asked({ gpu: 'RTX 3060', prompt: 1000, output: 100, weights: 'Q4_K_M', model: 'llama-3.1-8b' });
    const { firstTokenMs, expected } = row?.request ?? {};
    expect(expected?.firstTokenMs).toBeGreaterThan(firstTokenMs ?? Number.NaN);
    expect(expected?.totalInterval?.[1]).toBeGreaterThan(expected?.totalMs ?? Number.NaN);
    expect(expected?.evidence).toMatch(/^prompts from \d+ figures of this GPU by CUDA; steps from/);
    const flags = { gpu: 'RTX 3060', prompt: 1000, weights: 'Q4_K_M', model: 'llama-3.1-8b' };
    expect(await printed(flags)).toMatch(
      /llama\.cpp is expected to have the first token after [\d.]+ ms \(95 %: [\d.]+ ms to [\d.]+ ms\), all after/,
    );
    expect(await printed({ ...flags, engine: 'vllm' })).toContain(
      'vllm: no expectation: vllm was not measured on any GPU',
    );
  });

  test('a GPU by Apple needs no --flops for a prompt: the expectation suffices', async () => {
    const flags = { gpu: 'Apple M4 Max', prompt: 1000, weights: 'Q4_K_M', model: 'llama-3.1-8b' };
    const [row] = await asked(flags);
    expect(row?.request).toMatchObject({ computeCounted: false, expected: { engine: 'llama.cpp' } });
    expect(await printed(flags)).toContain('compute is left out, so that the prompt takes longer');
    expect((await asked({ ...flags, engine: 'peak' }))[0]?.request).toMatchObject({
      ...{ computeCounted: false, expected: { firstTokenMs: null } },
    });
  });

  test('the batch from which on compute binds the weights', async () => {
    // Two operations for each weight of two bytes: F/BW sequences.
    const [row] = await asked({ gpu: undefined, bandwidth: 1000, memory: 100, flops: 200, weights: 'f16' });
    expect(row?.ridgeBatch).toBeGreaterThan(195);
    expect(row?.ridgeBatch).toBeLessThan(205);
    expect((await asked({ gpu: undefined, bandwidth: 1000, memory: 100 }))[0]?.ridgeBatch).toBeNull();
    expect(await printed({ bandwidth: 1000, memory: 100, flops: 200 })).toMatch(/^ridge {6}.* from batch \d+ on/m);
  });

  test('mixed lengths: the shares in JSON, and a line in the text', async () => {
    const [row] = await asked({ mix: '512:2,8192:2', batch: '8' });
    expect(row).toMatchObject({ context: 4352, batch: 8, request: null });
    expect(row?.mix).toEqual([
      { context: 512, share: 0.5 },
      { context: 8192, share: 0.5 },
    ]);
    expect((await asked({}))[0]?.mix).toBeNull();
    const text = await printed({ gpu: 'NVIDIA H100', model: 'llama-3.1-8b', mix: '512:2,8192:2' });
    expect(text).toContain('mix        50.0 % at 512, 50.0 % at 8,192; 4,352 positions on average');
  });

  test('two machines side by side: the rows of both, each with its name', async () => {
    const rows = await asked({ compare: 'NVIDIA H200' });
    expect(rows.map(({ machine }) => machine)).toEqual(['NVIDIA H100', 'NVIDIA H200']);
    const text = await printed({ gpu: 'NVIDIA H100', model: 'llama-3.1-8b', compare: 'NVIDIA H200' });
    expect(text).toMatch(
      /NVIDIA H200 is expected to make [\d.]+ times the tokens of NVIDIA H100 \(95 %: [\d.]+ to [\d.]+\); 1\.43 times by the bounds/,
    );
  });

  test.each([
    [{ split: 'tensor' }, /--split needs --gpus N/],
    [{ accepted: 0.5 }, /--accepted needs --draft MODEL/],
    [{ output: 5 }, /--output needs --prompt N/],
    [{ gpus: 2, offload: 30 }, /one of --gpus and --offload/],
    [{ prompt: 5, context: '9' }, /one of --prompt and --context/],
    [{ mix: '512:1', context: '9' }, /one of --mix and --context/],
    [{ mix: '512:1', prompt: 9 }, /one of --mix and --prompt/],
    [{ mix: '512:1', draft: 'llama-3.2-1b' }, /one of --mix and --draft/],
    [{ mix: '512:0' }, /--mix must be positions and shares such as 512:0\.5,8192:0\.5.*; got "512:0"/],
    [{ mix: ['512:1', '9:1'] }, /give --mix once/],
    [{ speed: 5, batch: '2' }, /one of --speed and --batch/],
    [{ gpus: 2, draft: 'llama-3.2-1b' }, /one of --draft and --gpus/],
    [{ gpus: 7 }, /64 attention heads are not split evenly over 7 GPUs/],
    [{ gpus: 2, split: 'expert' }, /has no experts to split/],
    [{ gpus: 0 }, /--gpus must be a whole number from 1 to 10000 GPUs; got "0"/],
    [{ compare: 'no such GPU' }, /--compare must be in "hbmark list gpus"/],
  ])('%j is refused in one line', async (flags, message) => {
    await expect(asked(flags)).rejects.toThrow(message);
  });
});
