import { describe, expect, test } from 'vitest';
import { GPUS } from '../../../../../results/gpus/by-name.ts';
import { fastestTflops } from '../../../../../results/gpus/tflops.ts';
import { answerTo } from '../answer.ts';
import { gaugesOf } from '../meter/meter.ts';
import { DEFAULT_QUESTION } from '../question.ts';
import { tflopsOf } from './known.ts';

test('each GPU has the operations per second of its row', () => {
  for (const gpu of GPUS) expect([gpu.name, tflopsOf(gpu.name)]).toEqual([gpu.name, fastestTflops(gpu)]);
  expect(tflopsOf('own')).toBeUndefined();
});

describe('compute', () => {
  const gpu = 'NVIDIA A100 80GB';
  const many = { ...DEFAULT_QUESTION, gpu, context: 512, batch: 1000 };

  test('binds where many read at once, and is that of the GPU unless it is given', () => {
    const { prediction } = answerTo(many, tflopsOf(gpu));
    expect(prediction.bound).toBe('compute');
    expect(prediction.tokensPerSecond).toBeLessThan(answerTo(many).prediction.tokensPerSecond ?? 0);
    expect(answerTo({ ...many, tflops: 1 }, tflopsOf(gpu)).tflops).toBe(1);
  });

  test('is left out where it is not known', () => {
    expect(gaugesOf(answerTo(many)).find(({ id }) => id === 'engine')?.text).toBe('left out, unless you give it');
  });
});
