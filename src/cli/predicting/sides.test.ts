import { expect, test } from 'vitest';
import { gpusCalled } from '../../../results/gpus/by-name.ts';
import { BATCH_1, LOCALSCORE } from '../../../results/reference/published.ts';
import { quantisedTensors } from '../../model/files/quantisations.ts';
import { modelById } from '../../model/models/predicted.ts';
import { allIn, tensorsIn } from '../../model/models/tensors.ts';
import { promptWork } from '../../model/serving/prompt.ts';
import { mostTflopsOf, type Source } from './sides.ts';

const sourceOf = (name: string): Source | undefined => {
  const [gpu] = gpusCalled(name);
  return gpu && { kind: 'gpu', gpu };
};

test('no published prompt is faster than the most operations of its GPU', () => {
  const crowd = LOCALSCORE.devices.flatMap(({ device, rows }) =>
    rows.map(([model, quantisation, , speed]) => ({ device, model, quantisation, speed, tokens: 1024 })),
  );
  const llamaCpp = BATCH_1.rows.flatMap(({ device, model, quantisation, source, promptTokensPerSecond: speed }) => {
    const tokens = BATCH_1.sources[source]?.prompt;
    return speed && tokens ? [{ device, model, quantisation, speed, tokens }] : [];
  });
  for (const { device, model: id, quantisation, speed, tokens } of [...crowd, ...llamaCpp]) {
    const [source, model] = [sourceOf(device), modelById(id)];
    const tensors = quantisedTensors(model, quantisation);
    const most = source && mostTflopsOf(source, tensors);
    if (most === undefined) continue;
    const needed = (promptWork(model, tensors, tokens, 'f16').weightFlops / tokens) * speed;
    expect(needed / (most * 1e12), `${device}, ${id} in ${quantisation}`).toBeLessThan(1);
  }
});

test('narrow weights may be multiplied in narrow types, wide ones may not', () => {
  const gpu = sourceOf('RTX 5090') as Source;
  const model = modelById('llama-3.1-8b');
  const of = (format: string) => mostTflopsOf(gpu, tensorsIn(model, allIn(format)));
  expect([of('f16'), of('int8'), of('nvfp4')]).toEqual([209.5, 838, 1676]);
  expect(mostTflopsOf({ kind: 'bandwidth', gbps: 100 }, tensorsIn(model, allIn('f16')))).toBeUndefined();
});
