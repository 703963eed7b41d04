/**
 * Charts of documents, as SVG whose colours follow the reader's scheme, light or dark. Axes are logarithmic.
 */

import { integerText } from '../../../../results/text/figures.ts';

/** A panel: the rectangle that is plotted in, in px, and the ranges of its axes, which are both logarithmic. */
export interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Okabe and Ito's colours for the colour-blind, without the two that are faint on white or on black. */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9'] as const;

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 13px; font-weight: 600; }
  .quiet { fill: #57606a; }
  .axis { stroke: #8c959f; fill: none; }
  .grid { stroke: #8c959f; stroke-opacity: 0.25; fill: none; }
  .dot { fill: #24292f; }
  .hollow { fill: none; stroke-width: 1.5; }
  .measured { stroke: #24292f; fill: none; }
  @media (prefers-color-scheme: dark) {
    text, .dot { fill: #e6edf3; } .quiet { fill: #9198a1; } .measured { stroke: #e6edf3; }
  }
`;

/** Returns where `value` lies on a logarithmic axis, from 0 to 1. */
const at = (value: number, [low, high]: readonly [number, number]): number =>
  Math.log(value / low) / Math.log(high / low);
const px = (n: number): string => n.toFixed(1);
export const xOf = (panel: Panel, value: number): string => px(panel.left + panel.width * at(value, panel.x));
export const yOf = (panel: Panel, value: number): string => px(panel.top + panel.height * (1 - at(value, panel.y)));

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

export function text(x: number | string, y: number | string, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${escaped(content)}</text>`;
}

/** One axis of a panel. */
export interface Axis {
  readonly title: string;
  readonly ticks: readonly number[];
}

/** Returns the title, grid, ticks and axes of a panel. */
export function frame(panel: Panel, { title, x, y }: { title: string; x: Axis; y: Axis }): string[] {
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

/** Returns a document of `parts`. @param label what a reader who cannot see it is told */
export const svgOf = (width: number, height: number, label: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">`,
    `<style>${STYLE}</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
