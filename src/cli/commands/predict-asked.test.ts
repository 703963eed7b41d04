import { describe, expect, test, vi } from 'vitest';
import { document, printed } from '../../../tests/support/predicted.ts';
import { predict } from './predict.ts';

describe('a machine is the same one, whatever flags say so', () => {
  const FITS = { gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'Q4_K_M', batch: '1,4', prompt: 100 };

  test.each([{ gpus: 1 }, { offload: 60 }, { gpus: 1, offload: 60 }, { gpus: 1, link: 450, latency: 2 }])(
    'one GPU that holds the whole model: %o',
    async (flags) => {
      const [plain, asked] = [await document(FITS), await document({ ...FITS, ...flags })];
      // With weights elsewhere, more sequences fit.
      const without = plain.map(({ maxBatch: _, full: __, ...row }) => row);
      expect(asked.map(({ maxBatch: _, full: __, ...row }) => row)).toEqual(without);
      expect(asked[0]?.expected.tokensPerSecond).toBeGreaterThan(0);
    },
  );

  test('experts on one GPU send no messages', async () => {
    const flags = { gpu: 'H100', model: 'gpt-oss-120b', weights: 'MXFP4_MOE' };
    expect(await document({ ...flags, gpus: 1, split: 'expert' })).toEqual(await document(flags));
  });

  test('drafts are for one GPU, which --gpus 1 is', async () => {
    const flags = { gpu: 'H100', model: 'llama-3.1-8b', draft: 'llama-3.2-1b' };
    expect(await document({ ...flags, gpus: 1 })).toEqual(await document(flags));
  });

  test('weights in the CPU’s memory have no expectation, with the reason', async () => {
    const [fits, not] = await document({ ...FITS, batch: '1,22', prompt: undefined, context: '8192', offload: 60 });
    expect(fits?.expected.tokensPerSecond).toBeGreaterThan(0);
    expect(not?.terms?.offloadMs).toBeGreaterThan(0);
    expect(not?.expected).toMatchObject({ tokensPerSecond: null, evidence: expect.stringMatching(/holds the whole/) });
  });
});

test('full is the batch that makes most tokens, where more would push weights out', async () => {
  const rows = await document({
    ...{ gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'int4-g32', offload: 60, batch: '1,38,47' },
  });
  const { batch = 0, tokensPerSecond = 0 } = rows[0]?.full ?? {};
  expect(batch).toBeLessThan(rows[0]?.maxBatch ?? 0);
  for (const row of rows) expect(row.tokensPerSecond).toBeLessThanOrEqual(tokensPerSecond);
  expect(await printed({ gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'int4-g32', offload: 60 })).toMatch(
    new RegExp(`^full +llama-3.1-8b at context 4,096, batch ${batch}: `, 'm'),
  );
});

describe('links between GPUs that nobody gave', () => {
  const EIGHT = { gpu: 'B200', gpus: 8, model: 'deepseek-v3', weights: 'fp8', batch: 64 };
  const WARNING =
    /^! messages bind, with --link 32 GB\/s \(PCIe 4\.0 ×16\) and --latency 10 µs by default: faster links make/m;

  test('is said where messages bind', async () => {
    expect(await printed(EIGHT)).toMatch(WARNING);
  });

  test('is not warned of where it was given, or does not bind', async () => {
    expect(await printed({ ...EIGHT, link: 32 })).toMatch(/^! messages bind, with --latency 10 µs by default: /m);
    expect(await printed({ ...EIGHT, link: 32, latency: 10 })).not.toContain('by default');
    const slow = { gpu: 'RTX 3060', gpus: 2, model: 'llama-3.1-8b', batch: 1 };
    expect((await document(slow))[0]?.bound).toBe('bandwidth');
    expect(await printed(slow)).not.toContain('by default');
  });

  test('leaves steps that may be shorter, and one that was given does not', async () => {
    const dense = { ...EIGHT, model: 'llama-3.1-405b' };
    expect(await printed(dense)).toMatch(/; each at its peak$/m);
    expect(await printed({ ...dense, link: 900, latency: 2 })).toMatch(
      /; each at its peak, so that no step is shorter$/m,
    );
  });
});

describe('users at a speed', () => {
  const SPEED = /^speed +\S+ at context [\d,]+: (.*)$/m;
  const lineOf = async (flags: Readonly<Record<string, unknown>>) => (await printed(flags)).match(SPEED)?.[1];
  const LLAMA = { gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'Q4_K_M', context: 1024 };

  test('are fewer by the expected speed than by the bound', async () => {
    const [row] = await document({ ...LLAMA, speed: 40 });
    const { users = 0, expectedUsers, expectedUsersInterval } = row?.atSpeed ?? {};
    const [low = Number.NaN, high = Number.NaN] = expectedUsersInterval ?? [];
    expect(expectedUsers).toBeLessThanOrEqual(users);
    expect(expectedUsers).toBeGreaterThan(0);
    expect(low).toBeLessThanOrEqual(expectedUsers ?? Number.NaN);
    expect(high).toBeGreaterThanOrEqual(expectedUsers ?? Number.NaN);
    // That many users have the speed, and one more would be too slow.
    const of = async (batch: number) =>
      (await document({ ...LLAMA, batch }))[0]?.expected.tokensPerSecond ?? Number.NaN;
    const [at, over] = [expectedUsers ?? 0, (expectedUsers ?? 0) + 1];
    expect((await of(at)) / at).toBeGreaterThanOrEqual(40);
    if (at < users) expect((await of(over)) / over).toBeLessThan(40);
    expect(await lineOf({ ...LLAMA, speed: 40 })).toMatch(
      /^at most \d+ users at 40 tokens\/s each; llama\.cpp is expected to serve \d+ so \(95 %: \d+ to \d+\)$/,
    );
  });

  test('at a speed between the expected one and the bound, none is expected', async () => {
    const [alone] = await document({ ...LLAMA, batch: 1 });
    const [, high = Number.NaN] = alone?.expected.interval ?? [];
    const speed = (high + (alone?.tokensPerSecond ?? Number.NaN)) / 2;
    expect((await document({ ...LLAMA, speed }))[0]?.atSpeed).toMatchObject({
      ...{ expectedUsers: 0, expectedUsersInterval: [0, 0] },
    });
    expect(await lineOf({ ...LLAMA, speed })).toMatch(
      /^at most \d users? at .*; llama\.cpp is expected to serve none so/,
    );
  });

  test.each([
    [
      { gpu: undefined, bandwidth: 1008, memory: 24 },
      /^at most \d+ users at 40 tokens\/s each; llama\.cpp: no expectation: the machine is not/,
    ],
    [{ gpus: 2 }, /; llama\.cpp: no expectation: what was measured is of one GPU/],
    [{ engine: 'peak' }, /^at most \d+ users at 40 tokens\/s each$/],
  ])('where nothing is expected, the bound and the reason: %j', async (flags, line) => {
    const asked = { ...LLAMA, speed: 40, ...flags };
    expect((await document(asked))[0]?.atSpeed).toMatchObject({ expectedUsers: null, expectedUsersInterval: null });
    expect(await lineOf(asked)).toMatch(line);
  });

  test('are no more than a batch may have', async () => {
    const vast = { bandwidth: 1e6, memory: 1e7, model: 'smollm2-135m', context: 1, speed: 0.01 };
    expect((await document(vast))[0]?.atSpeed?.users).toBe(1e7);
  });

  test('a record has users by its own law, which is no bound', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const record = 'results/data/2026-11-24-lavapipe-quick.json';
    expect(await lineOf({ record, memory: 8, model: 'smollm2-135m', speed: 1 })).toMatch(
      /^by the law \d+ users? at 1 tokens\/s each;/,
    );
    vi.restoreAllMocks();
  });
});

describe('two machines', () => {
  const lineOf = async (flags: Readonly<Record<string, unknown>>) =>
    (await printed(flags)).split('\n').find((line) => line.startsWith('compared'));
  const LLAMA = { model: 'llama-3.1-8b', weights: 'Q4_K_M', gpu: 'RTX 4070 Ti', compare: 'Arc A770' };

  test('which one is expected to be faster comes before the bounds, which may say the opposite', async () => {
    const [one, other] = await document(LLAMA);
    const ratio = (other?.expected.tokensPerSecond ?? Number.NaN) / (one?.expected.tokensPerSecond ?? Number.NaN);
    expect(ratio).toBeLessThan(0.8);
    expect(other?.tokensPerSecond).toBeGreaterThan(one?.tokensPerSecond ?? Number.NaN);
    const found = (await lineOf(LLAMA))?.match(
      /: Intel Arc A770 is expected to make ([\d.]+) times the tokens of NVIDIA GeForce RTX 4070 Ti \(95 %: ([\d.]+) to ([\d.]+)\); ([\d.]+) times by the bounds;/,
    );
    const [, said = 0, low = 0, high = 0, bound = 0] = found?.map(Number) ?? [];
    expect(said).toBeCloseTo(ratio, 2);
    expect([low < said, said < high, bound > 1]).toEqual([true, true, true]);
  });

  test('without an expectation of both, the bounds alone', async () => {
    const bounds = /: Intel Arc A770 makes 1\.11 times the tokens of NVIDIA GeForce RTX 4070 Ti by the bounds; /;
    expect(await lineOf({ ...LLAMA, engine: 'peak' })).toMatch(bounds);
    expect(await lineOf({ ...LLAMA, engine: 'localscore' })).toMatch(bounds);
  });

  test('at a speed that was asked for, their users', async () => {
    const asked = { ...LLAMA, speed: 30 };
    const [one, other] = (await document(asked)).map(({ atSpeed }) => atSpeed);
    expect(await lineOf(asked)).toBe(
      `compared   llama-3.1-8b at context 4,096, 30 tokens/s each: Intel Arc A770 is expected to serve ${other?.expectedUsers} users, and NVIDIA GeForce RTX 4070 Ti ${one?.expectedUsers}; at most ${other?.users} users on Intel Arc A770, and ${one?.users} on NVIDIA GeForce RTX 4070 Ti`,
    );
    expect(await lineOf({ ...asked, engine: 'peak' })).toMatch(
      /30 tokens\/s each: at most \d+ users on Intel Arc A770, and/,
    );
  });

  test('a record and a GPU have other engines, and one law', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const record = 'results/data/2026-11-24-lavapipe-quick.json';
    const flags = { record, memory: 8, compare: 'RTX 4090', model: 'smollm2-135m' };
    expect(await lineOf(flags)).toMatch(/: NVIDIA GeForce RTX 4090 makes [\d,.]+ times the tokens of \S+ by the law; /);
    vi.restoreAllMocks();
  });

  test('memory, compute, power and price that are given are those of the first alone', async () => {
    const flags = { ...LLAMA, gpu: 'A100 80GB', compare: 'H100' };
    const given = { memory: 70, flops: 100, watts: 300, hourly: 1.2 };
    const [first, second] = await document({ ...flags, ...given });
    expect(second).toEqual((await document(flags))[1]);
    expect(first).toEqual((await document({ ...flags, ...given, compare: undefined }))[0]);
    expect(first?.cost?.basis).toContain('$1.2 an hour');
  });
});

describe('cost', () => {
  const lineOf = async (flags: Readonly<Record<string, unknown>>) =>
    (await printed(flags)).split('\n').find((line) => line.startsWith('cost'));
  const LLAMA = { gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'Q4_K_M' };

  test('at the expected speed is more than by the bound, which is the least', async () => {
    const [row] = await document(LLAMA);
    const { joulesPerToken = Number.NaN, dollarsPerMillionTokens = Number.NaN, expected } = row?.cost ?? {};
    expect(expected?.joulesPerToken).toBeCloseTo(450 / (row?.expected.tokensPerSecond ?? Number.NaN), 12);
    expect(expected?.joulesPerToken).toBeGreaterThan(joulesPerToken ?? Number.NaN);
    expect(expected?.joulesInterval?.[0]).toBeGreaterThanOrEqual(joulesPerToken ?? Number.NaN);
    expect(expected?.dollarsInterval?.[0]).toBeGreaterThanOrEqual(dollarsPerMillionTokens ?? Number.NaN);
    expect(await lineOf(LLAMA)).toMatch(
      /: [\d.]+ J to a token \(95 %: [\d.]+ to [\d.]+\) and \$[\d.]+ to a million tokens \(95 %: [\d.]+ to [\d.]+\) at the expected speed; at least [\d.]+ J to a token and \$[\d.]+ to a million tokens \(all of 450 W, as it is sold; /,
    );
  });

  test('without an expectation is the least alone, and of a record neither least nor most', async () => {
    expect(await lineOf({ ...LLAMA, engine: 'peak' })).toMatch(
      /batch 1: at least [\d.]+ J to a token and \$[\d.]+ to a/,
    );
    expect((await document({ ...LLAMA, engine: 'peak' }))[0]?.cost?.expected).toBeNull();
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const record = 'results/data/2026-11-24-lavapipe-quick.json';
    expect(await lineOf({ record, memory: 8, model: 'smollm2-135m', watts: 50 })).toMatch(
      /: by the law [\d,.]+ J to a token \(/,
    );
    vi.restoreAllMocks();
  });

  test('of an hour alone has no joules', async () => {
    const line = await lineOf({ bandwidth: 1000, memory: 24, model: 'llama-3.1-8b', hourly: 2 });
    expect(line).toMatch(/: at least \$[\d.]+ to a million tokens \(\$2 an hour\)$/);
  });
});

describe('a prompt where compute is not known', () => {
  const LAPTOP = { gpu: 'RTX 4060 Laptop', model: 'llama-3.1-8b', weights: 'Q4_K_M', prompt: 1000 };
  const CAUSE =
    /llama\.cpp: no expectation of prompts: it takes the peak of the shader cores in f32, which the list does not have of NVIDIA GeForce RTX 4060 Laptop GPU/;

  test('has the bound of its bytes, and says what is left out and missing', async () => {
    const [row] = await document(LAPTOP);
    expect(row?.request?.computeCounted).toBe(false);
    expect(row?.request?.firstTokenMs).toBeCloseTo((row?.weightBytesHeld ?? Number.NaN) / 256e6, -1);
    const text = await printed(LAPTOP);
    expect(text).toContain('compute is left out, so that the prompt takes longer: --flops TFLOP/s counts it');
    expect(text).toMatch(CAUSE);
  });

  test('with --flops has the bound of those, and no other cause', async () => {
    const [row] = await document({ ...LAPTOP, flops: 20 });
    expect(row?.request?.computeCounted).toBe(true);
    expect(row?.request?.firstTokenMs).toBeGreaterThan((2 * 6.9e9 * 1000) / 20e9);
    expect(await printed({ ...LAPTOP, flops: 20 })).toMatch(CAUSE);
  });

  test('that is too long with its answer is refused in one line', async () => {
    await expect(document({ ...LAPTOP, prompt: 1e8, output: 1 })).rejects.toThrow(
      '--prompt and --output must be 100000000 tokens at most together; got 100000001',
    );
    expect((await document({ ...LAPTOP, prompt: 1e8 - 1, output: 1 }))[0]?.fits).toBe(false);
  });

  test('of a machine without a name has the bound of its bytes', async () => {
    const [row] = await document({ bandwidth: 500, memory: 100, prompt: 10 });
    expect(row?.request).toMatchObject({ computeCounted: false, expected: { firstTokenMs: null } });
  });
});

describe('words', () => {
  test('one of a thing is not several', async () => {
    const flags = { gpu: 'RTX 4090', model: 'llama-3.1-8b', weights: 'Q4_K_M' };
    const text = await printed({ ...flags, prompt: 1, output: 1, draft: 'llama-3.2-1b', drafted: 1 });
    expect(text).toContain('1 token in and 1 out');
    expect(text).toContain('with 1 draft of llama-3.2-1b');
  });

  test('what would fit has the largest quantisation of llama.cpp, which does', async () => {
    const flags = { gpu: 'RTX 4090', model: 'llama-3.1-70b' };
    const quantisation = (await document({ ...flags, weights: 'Q4_K_M' }))[0]?.wouldFit?.quantisation ?? '';
    expect(quantisation).toMatch(/^I?Q2/);
    expect((await document({ ...flags, weights: quantisation }))[0]?.fits).toBe(true);
    const [none] = await document({ ...flags, model: 'kimi-k2' });
    expect(none?.wouldFit?.quantisation).toBeNull();
    expect((await document({ ...flags, weights: quantisation }))[0]?.wouldFit).toBeNull();
  });

  test('a GPU of no known architecture, and one that is not sold yet', async () => {
    const text = await printed({ gpu: 'NVIDIA Rubin', model: 'llama-3.1-8b' });
    expect(text).toContain('none of its architecture');
    expect(text).toContain('288 GB as announced; a projection');
  });

  test('help says what compute is by default', () => {
    const flops = predict.options.find(({ name }) => name === 'flops');
    expect(flops?.help).toContain('the GPU’s fastest that takes the weights');
  });
});

describe('experts in batches, which texts pick', () => {
  const SPARSE = { gpu: 'H200', model: 'gpt-oss-120b', weights: 'MXFP4_MOE', context: 1024 };

  test('have the bytes of texts that pick more alike, and less, beside those of the law', async () => {
    const [alone, several] = await document({ ...SPARSE, batch: '1,512' });
    expect(alone).toMatchObject({ isUpperBound: true, weightBytesRange: null });
    expect(several?.isUpperBound).toBe(false);
    const [least = 0, most = 0] = several?.weightBytesRange ?? [];
    // A public trace has 72 to 95 of 128 experts for 512 tokens, and experts are all but 3 % of the weights.
    expect(least / (several?.weightBytesHeld ?? 1)).toBeGreaterThan(72 / 128);
    expect(least / (several?.weightBytesHeld ?? 1)).toBeLessThan(95 / 128);
    expect(several?.weightBytes).toBeGreaterThan(least);
    expect(several?.weightBytes).toBeLessThan(most);
    expect(most).toBeLessThan(several?.weightBytesHeld ?? 0);
  });

  test('are no bound in any line, and one token’s are', async () => {
    const text = await printed({ ...SPARSE, batch: 512, watts: 700 });
    expect(text).toMatch(
      /^γ {10}gpt-oss-120b at batch 512: texts decide .* [\d.]+ GB to [\d.]+ GB with 0\.52 to 0\.85$/m,
    );
    expect(text).toMatch(/; by the law [\d.]+ J to a token/);
    const prompted = await printed({ ...SPARSE, context: undefined, prompt: 100, compare: 'H100', batch: 2 });
    const speed = await printed({ ...SPARSE, speed: 50 });
    expect(prompted).toMatch(/[\d.]+ times by the law; room/);
    for (const said of [text, prompted, speed]) expect(said).not.toMatch(/no step is shorter|at most|at least|bounds/);
    const one = await printed({ ...SPARSE, batch: 1 });
    expect(one).toContain('no step is shorter');
    expect(one).not.toMatch(/^γ/m);
  });

  test('of a prompt are many tokens’, whatever the batch', async () => {
    const flags = { ...SPARSE, context: undefined, prompt: 100 };
    expect((await document(flags))[0]).toMatchObject({ isUpperBound: true, request: { isUpperBound: false } });
    expect(await printed({ ...flags, model: 'llama-3.1-8b', weights: 'fp8' })).toMatch(
      /the first token after at least [\d.]+ ms, all after at least [\d.]+ m?s; at most/,
    );
  });

  test('a link that nobody gave makes no bound, and one that was given does', async () => {
    const two = { gpu: 'H100', gpus: 2, model: 'llama-3.1-70b', weights: 'fp8' };
    expect((await document(two))[0]?.isUpperBound).toBe(false);
    expect((await document({ ...two, link: 450 }))[0]?.isUpperBound).toBe(false);
    expect((await document({ ...two, link: 450, latency: 2 }))[0]?.isUpperBound).toBe(true);
  });
});
