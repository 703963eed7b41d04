/**
 * Chains the kernels of attention on the GPU as a decode step does: the contract of each kernel alone cannot show that
 * their buffers fit together. The right answer is softmax attention over whole sequences, written here a second time.
 */

import { beforeAll, expect, test } from 'vitest';
import { testHost } from '#host';
import { checked, type Gpu, openGpu } from '../../harness/device/device.ts';
import { createFiller, type Filler, inputBuffer, outputBuffer, readBack } from '../../harness/device/memory.ts';
import { bind, compile, submit, type View } from '../../harness/device/program.ts';
import { Comparison, readers } from '../../harness/sampling/verify.ts';
import { f32FromWord } from '../../shaders/formats/f32.ts';
import { matrixReader } from '../../shaders/formats/format.ts';
import type { Params, Tuning, WordReader } from '../../shaders/kernel.ts';
import { cacheLayout, contextsOf, firstValueRow, keyDim, sequencesOf } from '../../shaders/kv-cache.ts';
import { KERNEL_FOLDERS, KERNELS } from '../../shaders/registry.ts';

const BASE = { batch: 3, room: 2, kvHeads: 2, headDim: 64, ropeDim: 0, format: 'f16' };
const CACHE = { ...BASE, context: 300, shortest: 1, queryDim: 64, fresh: 0 };

/** A buffer, and the words that were put in it. */
interface Bound {
  readonly view: View;
  readonly words: WordReader;
}

let gpu: Gpu;
let filler: Filler;

beforeAll(async () => {
  gpu = await openGpu(await testHost());
  filler = await createFiller(gpu, KERNELS.fill);
});

/** Runs a kernel. Inputs and outputs that `given` names are those buffers, and the others get buffers of their own. */
async function run(id: string, params: Params, tuning: Tuning, given: Readonly<Record<string, Bound>>) {
  const kernel = KERNEL_FOLDERS.get(id);
  if (!kernel) throw new Error(`no kernel ${id}`);
  expect(kernel.refuses(params, tuning)).toBeUndefined();
  const buffers: Record<string, Bound> = {};
  await checked(gpu.device, async () => {
    for (const [i, input] of kernel.inputs(params, 'portable').entries()) {
      buffers[input.name] = given[input.name] ?? (await inputBuffer(gpu, filler, input, i + 1));
    }
    for (const { name, elements } of kernel.outputs(params, tuning)) {
      // What is written in place is there already.
      buffers[name] ??= given[name] ?? { view: await outputBuffer(gpu.device, elements), words: () => Number.NaN };
    }
    const program = await compile(gpu, { kernel, variant: 'portable', params, tuning });
    submit(
      gpu,
      program,
      bind(
        gpu,
        program,
        Object.values(buffers).map(({ view }) => view),
      ),
    );
  });
  return buffers;
}

type AttentionParams = Parameters<typeof cacheLayout>[0] & {
  readonly queryHeads: number;
  readonly window: number;
  readonly queryDim: number;
  readonly fresh: number;
};

/** Runs `attention`, then `attention-reduce` over what it left. */
async function attend(
  p: AttentionParams,
  given: Readonly<Record<string, Bound>> = {},
): Promise<Readonly<Record<string, Bound>> & { readonly attended: Bound }> {
  const tuning = KERNEL_FOLDERS.get('attention')?.defaults ?? {};
  const first = await run('attention', p, tuning, given);
  const splits = contextsOf(p).map((context) =>
    Math.ceil(Math.min(context, p.window || context) / (tuning.positionsPerSplit ?? 0)),
  );
  const words = new Uint32Array(Math.ceil(splits.length / 4) * 4);
  words.set(splits);
  const table = { kind: 'given', name: 'splits', type: 'array<u32>', bytes: words.byteLength, data: words } as const;
  const most = Math.max(...splits);
  const { attended } = await run(
    'attention-reduce',
    {
      ...{ batch: p.batch, splits: most, fewest: most, queryHeads: p.queryHeads, headDim: p.headDim },
      ...{ planes: 1, form: 'plain' },
    },
    KERNEL_FOLDERS.get('attention-reduce')?.defaults ?? {},
    // The sequences need fewer splits than `partial` and `lse` have room for.
    { ...first, splits: await inputBuffer(gpu, filler, table, 0) },
  );
  if (!attended) throw new Error('attention-reduce has no output attended');
  return { ...first, attended };
}

/** Returns softmax attention over every position in the window, in f64. */
function textbook(p: AttentionParams, { queries, cache, cache_scales }: Readonly<Record<string, WordReader>>) {
  if (!queries || !cache) throw new Error('no queries or no cache');
  const value = matrixReader(cacheLayout(p), cache, cache_scales);
  const group = p.queryHeads / p.kvHeads;
  return sequencesOf(p).flatMap(({ context, firstRow, rowsPerHead }, sequence) =>
    Array.from({ length: p.queryHeads }, (_, head) => {
      const query = (i: number) => f32FromWord(queries((sequence * p.queryHeads + head) * keyDim(p) + i));
      const start = p.window === 0 ? 0 : Math.max(0, context - p.window);
      const rows = Array.from(
        { length: context - start },
        (_, i) => firstRow + Math.floor(head / group) * rowsPerHead + start + i,
      );
      const weights = rows.map((row) => {
        let dot = 0;
        for (let i = 0; i < keyDim(p); i++) dot += query(i) * value(row, i);
        return Math.exp(dot / Math.sqrt(p.queryDim));
      });
      const total = weights.reduce((a, b) => a + b);
      return Array.from({ length: p.headDim }, (_, i) =>
        rows.reduce((sum, row, n) => sum + ((weights[n] ?? 0) / total) * value(firstValueRow(p) + row, i), 0),
      );
    }).flat(),
  );
}

/** Returns the NMSE of what `attended` holds. */
async function errorOf(attended: Bound, expected: readonly number[]): Promise<number> {
  const comparison = new Comparison();
  const output = { name: 'attended', type: 'array<vec4<f32>>', elements: expected.length, compare: 'f32' } as const;
  const words = await readBack(gpu, attended.view);
  comparison.add(output, words, (_, index) => expected[index] ?? Number.NaN, expected.keys());
  expect(comparison.fault).toBeUndefined();
  return comparison.nmse;
}

test.each([
  { what: 'GQA, f16', p: { ...CACHE, queryHeads: 4, window: 0 } },
  { what: 'a window, int8', p: { ...CACHE, kvHeads: 1, queryHeads: 2, window: 270, format: 'int8' } },
  {
    what: 'MLA, int4',
    p: { ...CACHE, kvHeads: 1, queryHeads: 1, headDim: 512, ropeDim: 64, queryDim: 192, window: 0, format: 'int4-g32' },
  },
])('attention and its reduction are softmax attention over whole sequences: $what', async ({ p }) => {
  const buffers = await attend(p);
  const words = readers(Object.entries(buffers).map(([name, { words }]) => ({ name, words })));
  expect(await errorOf(buffers.attended, textbook(p, words))).toBeLessThan(1e-10);
});

/** Returns the queries of a fresh position in f32: pair (a, b) of a head's halves, turned by the angle of the pair. */
function rotatedQueries(p: AttentionParams, { qkv, turns }: Readonly<Record<string, Bound>>): Float32Array {
  const half = p.headDim / 2;
  const value = (of: Bound | undefined, index: number) => f32FromWord(of?.words(index) ?? Number.NaN);
  const rotated = sequencesOf(p).flatMap((_, sequence) =>
    Array.from({ length: p.queryHeads * p.headDim }, (_, i) => {
      const [head, part, pair] = [Math.floor(i / p.headDim), Math.floor((i % p.headDim) / half), i % half];
      const first = (sequence * (p.queryHeads + 2 * p.kvHeads) + head) * p.headDim + pair;
      const [a, b] = [value(qkv, first), value(qkv, first + half)];
      const [cos, sin] = [0, half].map((at) => value(turns, sequence * p.headDim + at + pair)) as [number, number];
      return part === 0 ? a * cos - b * sin : b * cos + a * sin;
    }),
  );
  return new Float32Array(rotated);
}

test.each(['f16', 'int8', 'int4-g32'])(
  'a cache of %s that grows by a token a step is what attention reads',
  async (format) => {
    const capacity = 4;
    const heads = { queryHeads: 2, window: 0, queryDim: 64, fresh: 1 };
    const at = (context: number) => ({
      ...BASE,
      ...heads,
      format,
      context,
      shortest: context,
      room: capacity - context,
    });
    let grown: Readonly<Record<string, Bound>> = {};
    for (const context of [1, 2, 3]) {
      const p = at(context);
      // The cache is that of the step before, and all else belongs to this step.
      const buffers = await attend(p, grown);
      const { cache, cache_scales, attended } = buffers;
      if (!cache) throw new Error('attention has no input cache');
      grown = { cache, ...(cache_scales && { cache_scales }) };
      if (context < 3) continue;
      const queries = new Uint32Array(rotatedQueries(p, buffers).buffer);
      const written: Record<string, WordReader> = { queries: (index) => queries[index] ?? Number.NaN };
      for (const [name, { view }] of Object.entries(grown)) {
        const words = await readBack(gpu, view);
        written[name] = (index) => words[index] ?? Number.NaN;
      }
      expect(await errorOf(attended, textbook(p, written))).toBeLessThan(1e-10);
    }
  },
);
