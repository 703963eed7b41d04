/** The README's chart of the law: predicted over published figures. `npm run chart:law` writes it. */

import { median } from 'simple-statistics';
import { deviceOf } from '../../../../results/gpus/kinds.ts';
import { integerText, significant } from '../../../../results/text/figures.ts';
import type { BatchedResult } from '../../../model/published/batched.ts';
import type { EnginePrediction } from '../../../model/published/engine-fit.ts';
import { COLOURS, frame, type Panel, svgOf, text, xOf, yOf } from './svg.ts';

const [WIDTH, HEIGHT] = [950, 460];
const LEFT: Panel = { left: 62, top: 64, width: 350, height: 330, x: [3, 400], y: [3, 400] };
const RIGHT: Panel = { left: 500, top: 64, width: 270, height: 330, x: [0.9, 40], y: [20, 1000] };

/**
 * Returns the panel of devices: tokens/s as predicted from the peak of a device that the fit has not seen, over
 * tokens/s as published.
 */
function devicePanel(all: readonly EnginePrediction[]): string[] {
  const shown = [
    ['Apple', 'Metal'],
    ['NVIDIA', 'CUDA'],
  ].map(([vendor, backend]) => ({ vendor, predictions: all.filter(({ row }) => row.backend === backend) }));
  const dots = shown.flatMap(({ predictions }, i) =>
    predictions.map(
      ({ row, predicted }) =>
        `<circle cx="${xOf(LEFT, row.tokensPerSecond)}" cy="${yOf(LEFT, predicted)}" r="3.5" fill="${COLOURS[i]}" fill-opacity="0.75"/>`,
    ),
  );
  const ticks = [3, 10, 30, 100, 300];
  const legend = shown.flatMap(({ vendor, predictions }, i) => {
    const y = LEFT.top + 16 + 18 * i;
    const gpus = new Set(predictions.map(({ row }) => deviceOf(row.device))).size;
    const error = significant(100 * median(predictions.map((one) => Math.abs(one.error))), 2);
    return [
      `<circle cx="${LEFT.left + 14}" cy="${y - 4}" r="4" fill="${COLOURS[i]}"/>`,
      text(LEFT.left + 24, y, `${vendor}: ${gpus} GPUs, median error ${error} %`),
    ];
  });
  return [
    ...frame(LEFT, {
      title: 'One sequence, from a device’s peak bandwidth',
      x: { title: 'tokens/s, published', ticks },
      y: { title: 'tokens/s, predicted unseen', ticks },
    }),
    `<path class="axis" stroke-dasharray="4 4" d="M${xOf(LEFT, LEFT.x[0])} ${yOf(LEFT, LEFT.y[0])}L${xOf(LEFT, LEFT.x[1])} ${yOf(LEFT, LEFT.y[1])}"/>`,
    ...dots,
    ...legend,
  ];
}

/**
 * Returns the panel of batches: tokens/s over batch at one context, as published (dots) and by the law of each model
 * (lines).
 */
function batchedPanel(results: readonly BatchedResult[], context: number, device: string): string[] {
  const lines = results.flatMap(({ model, points, law, heldOutMape }, i) => {
    const colour = COLOURS[i % COLOURS.length] as string;
    const own = points.filter(({ name }) => name.endsWith(`context ${context}`));
    const path = own.map((point, k) => {
      const predicted = (1000 * point.batch) / law.predictMs(point).value;
      return `${k === 0 ? 'M' : 'L'}${xOf(RIGHT, point.batch)} ${yOf(RIGHT, predicted)}`;
    });
    const y = RIGHT.top + 16 + 18 * i;
    return [
      `<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`,
      ...own.map(
        ({ batch, ms }) =>
          `<circle cx="${xOf(RIGHT, batch)}" cy="${yOf(RIGHT, (1000 * batch) / ms.value)}" r="3.5" fill="${colour}"/>`,
      ),
      `<circle cx="${RIGHT.left + RIGHT.width + 18}" cy="${y - 4}" r="4" fill="${colour}"/>`,
      text(RIGHT.left + RIGHT.width + 28, y, `${model}, ${significant(100 * heldOutMape, 2)} %`),
    ];
  });
  return [
    ...frame(RIGHT, {
      title: `Batches at ${integerText(context)} positions each, ${device}`,
      x: { title: 'sequences', ticks: [1, 2, 4, 8, 16, 32] },
      y: { title: 'tokens/s of all', ticks: [30, 100, 300, 1000] },
    }),
    text(
      RIGHT.left,
      RIGHT.top - 14,
      'dots: published; lines: the law; %: error of steps that were held out',
      'class="quiet"',
    ),
    ...lines,
  ];
}

/** Returns the chart. */
export function lawChart(
  devices: readonly EnginePrediction[],
  batched: readonly BatchedResult[],
  device: string,
): string {
  return svgOf(WIDTH, HEIGHT, 'Predicted against published tokens per second', [
    ...devicePanel(devices),
    ...batchedPanel(batched, 4096, device),
  ]);
}
