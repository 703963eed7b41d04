/**
 * The README's chart of the law: predicted over published figures, as an SVG whose colours follow the reader's scheme,
 * light or dark. `npm run chart:law` writes it.
 */

import { integerText, significant } from '../../../results/figures.ts';
import type { BatchedResult } from '../../model/published/batched.ts';
import type { VendorResult } from '../../model/published/devices.ts';

/** A panel: the rectangle that is plotted in, in px, and the ranges of its axes, which are both logarithmic. */
interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const [WIDTH, HEIGHT] = [950, 460];
const LEFT: Panel = { left: 62, top: 64, width: 350, height: 330, x: [3, 400], y: [3, 400] };
const RIGHT: Panel = { left: 500, top: 64, width: 270, height: 330, x: [0.9, 40], y: [20, 1000] };

/** Okabe and Ito's colours for the colour-blind, without the two that are faint on white or on black. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9'] as const;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 13px; font-weight: 600; }
  .quiet { fill: #57606a; }
  .axis { stroke: #8c959f; fill: none; }
  .grid { stroke: #8c959f; stroke-opacity: 0.25; fill: none; }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .quiet { fill: #9198a1; } }
`;

/** Returns where `value` lies on a logarithmic axis, from 0 to 1. */
const at = (value: number, [low, high]: readonly [number, number]): number =>
  Math.log(value / low) / Math.log(high / low);
const px = (n: number): string => n.toFixed(1);
const xOf = (panel: Panel, value: number): string => px(panel.left + panel.width * at(value, panel.x));
const yOf = (panel: Panel, value: number): string => px(panel.top + panel.height * (1 - at(value, panel.y)));

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

function text(x: number | string, y: number | string, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

/** One axis of a panel. */
interface Axis {
  readonly title: string;
  readonly ticks: readonly number[];
}

/** Returns the title, grid, ticks and axes of a panel. */
function frame(panel: Panel, { title, x, y }: { title: string; x: Axis; y: Axis }): string[] {
  const { left, top, width, height } = panel;
  const bottom = top + height;
  return [
    text(left, top - 34, title, 'class="title"'),
    ...x.ticks.flatMap((value) => [
      `<path class="grid" d="M${xOf(panel, value)} ${top}V${bottom}"/>`,
      text(xOf(panel, value), bottom + 18, integerText(value), 'text-anchor="middle" class="quiet"'),
    ]),
    ...y.ticks.flatMap((value) => [
      `<path class="grid" d="M${left} ${yOf(panel, value)}H${left + width}"/>`,
      text(left - 8, Number(yOf(panel, value)) + 4, integerText(value), 'text-anchor="end" class="quiet"'),
    ]),
    `<path class="axis" d="M${left} ${top}V${bottom}H${left + width}"/>`,
    text(left + width / 2, bottom + 40, x.title, 'text-anchor="middle"'),
    text(0, 0, y.title, `text-anchor="middle" transform="translate(${left - 44} ${top + height / 2}) rotate(-90)"`),
  ];
}

/**
 * Returns the panel of devices: tokens/s as predicted from the peak of a device that the fit has not seen, over
 * tokens/s as published.
 */
function devicePanel(results: readonly VendorResult[]): string[] {
  const shown = ['Apple', 'NVIDIA'].flatMap((name) => results.filter(({ vendor }) => vendor === name));
  const dots = shown.flatMap(({ predictions }, i) =>
    predictions.map(
      ({ row, predicted }) =>
        `<circle cx="${xOf(LEFT, row.tokensPerSecond)}" cy="${yOf(LEFT, predicted)}" r="3.5" fill="${COLOURS[i]}" fill-opacity="0.75"/>`,
    ),
  );
  const ticks = [3, 10, 30, 100, 300];
  const legend = shown.flatMap(({ vendor, devices, medianError }, i) => {
    const y = LEFT.top + 16 + 18 * i;
    return [
      `<circle cx="${LEFT.left + 14}" cy="${y - 4}" r="4" fill="${COLOURS[i]}"/>`,
      text(LEFT.left + 24, y, `${vendor}: ${devices} devices, median error ${significant(100 * medianError, 2)} %`),
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
export function lawChart(devices: readonly VendorResult[], batched: readonly BatchedResult[], device: string): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Predicted against published tokens per second">`,
    `<style>${STYLE}</style>`,
    ...devicePanel(devices),
    ...batchedPanel(batched, 4096, device),
    '</svg>',
    '',
  ].join('\n');
}
