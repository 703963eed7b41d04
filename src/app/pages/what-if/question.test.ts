import { describe, expect, test } from 'vitest';
import { GPUS } from '../../../../results/gpus/by-name.ts';
import { PREDICTED_MODELS } from '../../../model/models/predicted.ts';
import {
  DEFAULT_QUESTION,
  figuresOf,
  isChanged,
  OWN,
  type Question,
  queryOf,
  questionIn,
  withGpu,
  withOwn,
} from './question.ts';

describe('the address of a question', () => {
  test('is empty for the defaults', () => {
    expect(queryOf(DEFAULT_QUESTION)).toBe('');
    expect(questionIn('')).toEqual({ question: DEFAULT_QUESTION, problems: [] });
  });

  test('holds all that differs, and gives it back', () => {
    const question: Question = {
      ...{ gpu: 'NVIDIA H100', model: 'qwen3-30b-a3b', memoryGB: 96.5, gbps: 4000, context: 131_072, batch: 12 },
      ...{ weights: 'Q4_K_M', kv: 'int8', tflops: 989, fixedMs: 0.25, engine: 'vllm', run: 'a-key' },
    };
    const query = queryOf(question);
    expect(query).toBe(
      '?gpu=NVIDIA+H100&model=qwen3-30b-a3b&mem=96.5&bw=4000&ctx=131072&batch=12&w=Q4_K_M&kv=int8&flops=989&fixed=0.25&engine=vllm&run=a-key',
    );
    expect(questionIn(query)).toEqual({ question, problems: [] });
  });

  test('names each GPU and each model of the lists', () => {
    for (const { name } of GPUS) {
      const question = { ...DEFAULT_QUESTION, gpu: name };
      expect(questionIn(queryOf(question))).toEqual({ question, problems: [] });
    }
    for (const { id } of PREDICTED_MODELS) expect(questionIn(`?model=${id}`).question.model).toBe(id);
  });

  test('knows a GPU by a short name', () => {
    expect(questionIn('?gpu=rtx4090').question.gpu).toBe('NVIDIA GeForce RTX 4090');
    expect(questionIn('?gpu=m4+max').question.gpu).toBe('Apple M4 Max');
  });

  test.each([
    [
      '?gpu=RTX+9999',
      '"gpu" must be own, or one GPU of the list on this page, such as RTX 4090 or H100 NVL; it is "RTX 9999".',
    ],
    [
      '?gpu=A100',
      '"gpu" must be own, or one GPU of the list on this page, such as RTX 4090 or H100 NVL; it is "A100".',
    ],
    ['?mem=0', '"mem" must be a number from 0.01 to 10000000 GB; it is "0".'],
    ['?bw=-5', '"bw" must be a number from 0.1 to 100000000 GB/s; it is "-5".'],
    ['?ctx=1.5', '"ctx" must be a whole number from 1 to 100000000 positions; it is "1.5".'],
    ['?batch=1e3', '"batch" must be a whole number from 1 to 10000000 sequences; it is "1e3".'],
    [
      '?engine=ollama',
      '"engine" must be one of llama.cpp, llama.cpp-vulkan, localscore, hbmark, vllm, peak; it is "ollama".',
    ],
    ['?fixed=', '"fixed" must be a number from 0 to 60000 ms; it is "".'],
    ['?kv=ternary2', /^"kv" must be one of .*f16.*; it is "ternary2"\.$/],
    ['?w=int5', /^"w" must be a format or quantisation of .* such as int4-g32 or Q4_K_M; it is "int5"\.$/],
    [
      '?colour=red',
      /^Unknown parameter "colour"\. There are gpu, model, mem, bw, ctx, batch, w, kv, flops, fixed, engine, run\.$/,
    ],
  ])('reports %s in one line, and keeps the default', (query, line) => {
    const { question, problems } = questionIn(query);
    expect(question).toEqual(DEFAULT_QUESTION);
    expect(problems).toEqual([expect.stringMatching(line)]);
  });

  test('keeps a fixed cost to a nanosecond', () => {
    const { question } = questionIn('?fixed=0.000000123');
    expect(question.fixedMs).toBe(0);
    expect(questionIn('?fixed=0.0000019').question.fixedMs).toBe(0.000_002);
  });

  test('uses what it can', () => {
    const { question, problems } = questionIn('?mem=48&bw=fast&batch=4');
    expect(question).toEqual({ ...DEFAULT_QUESTION, memoryGB: 48, batch: 4 });
    expect(problems).toHaveLength(1);
  });
});

describe('the machine of a question', () => {
  test('may be one that was measured', () => {
    expect(withOwn(DEFAULT_QUESTION, { key: 'k', gbps: 936, memoryGB: 12 })).toMatchObject({
      ...{ gpu: OWN, gbps: 936, memoryGB: 12, run: 'k' },
    });
    expect(figuresOf(withOwn(DEFAULT_QUESTION, { key: 'k', gbps: 936, memoryGB: null }))).toEqual({
      memoryGB: 25.75,
      gbps: 936,
    });
  });

  test('is the GPU as it is sold, until a number is given', () => {
    expect(figuresOf(DEFAULT_QUESTION)).toEqual({ memoryGB: 25.75, gbps: 1008 });
    expect(isChanged(DEFAULT_QUESTION)).toBe(false);
    const wider = { ...DEFAULT_QUESTION, gbps: 2016 };
    expect(figuresOf(wider)).toEqual({ memoryGB: 25.75, gbps: 2016 });
    expect(isChanged(wider)).toBe(true);
  });

  test('forgets given numbers with another GPU, and keeps them as own ones', () => {
    const wider = { ...DEFAULT_QUESTION, gbps: 2016 };
    expect(figuresOf(withGpu(wider, 'NVIDIA H100'))).toEqual({ memoryGB: 85.52, gbps: 3350 });
    const own = withGpu(wider, OWN);
    expect(own).toMatchObject({ gpu: OWN, memoryGB: 25.75, gbps: 2016 });
    expect(isChanged(own)).toBe(false);
    expect(questionIn(queryOf(own)).question).toEqual(own);
  });
});
