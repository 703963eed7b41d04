/** A chart as a picture that explains itself: its title above it, its series and where it comes from below. */

import { drawPoint } from 'chart.js/helpers';
import type { CanvasChart } from './chart.ts';
import type { Colours } from './plot.ts';

/** What a picture says beside the chart, whose axes have their units. */
export interface Caption {
  readonly title: string;
  /** The machine, the date and the program. */
  readonly source: string;
}

/** Sizes in CSS pixels. */
const [PADDING, TITLE, NOTE, LINE] = [24, 20, 13, 22];

/** The picture. @throws Error if the browser cannot make one */
export async function pngOf(chart: CanvasChart, { title, source }: Caption, colours: Colours): Promise<Blob> {
  const { canvas, width, height, currentDevicePixelRatio: scale } = chart;
  const page = document.createElement('canvas');
  const pen = page.getContext('2d');
  if (!pen) throw new Error('this browser draws no picture');
  const innerWidth = width;
  const font = (size: number, weight: number): string => `${weight} ${size}px ${colours('--font')}`;
  pen.font = font(TITLE, 600);
  const titleLines = linesOf(title, innerWidth, pen);
  pen.font = font(NOTE, 400);
  const sourceLines = linesOf(source, innerWidth, pen);
  const entries = entriesOf(chart, innerWidth, pen);
  const entryRows = entries.length > 0 ? (entries.at(-1)?.row ?? 0) + 1 : 0;
  const top = PADDING + titleLines.length * (TITLE + 8) + 8;
  const bottom = (entryRows + sourceLines.length) * LINE + PADDING;
  Object.assign(page, { width: (width + 2 * PADDING) * scale, height: (top + height + 12 + bottom) * scale });

  // A canvas that changes its size forgets its settings.
  pen.scale(scale, scale);
  pen.textBaseline = 'top';
  pen.fillStyle = colours('--surface');
  pen.fillRect(0, 0, page.width, page.height);
  pen.drawImage(canvas, PADDING, top, width, height);
  pen.fillStyle = colours('--ink');
  pen.font = font(TITLE, 600);
  for (const [i, line] of titleLines.entries()) pen.fillText(line, PADDING, PADDING + i * (TITLE + 8));
  pen.font = font(NOTE, 400);
  const below = top + height + 12;
  for (const { name, style, colour, x, row } of entries) {
    const y = below + row * LINE;
    pen.fillStyle = colour;
    pen.strokeStyle = colour;
    drawPoint(pen, { pointStyle: style, radius: 5, borderWidth: 0 }, PADDING + x + 6, y + NOTE / 2 + 1);
    pen.fillStyle = colours('--ink');
    pen.fillText(name, PADDING + x + ENTRY_MARK, y);
  }
  pen.fillStyle = colours('--ink-2');
  for (const [i, line] of sourceLines.entries()) pen.fillText(line, PADDING, below + (entryRows + i) * LINE);
  return new Promise((resolve, reject) => {
    page.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('this browser makes no PNG'))), 'image/png');
  });
}

/** The width of a series' mark with the space behind it, and the space between two entries. */
const [ENTRY_MARK, ENTRY_GAP] = [18, 20];

interface Entry {
  readonly name: string;
  readonly style: 'circle' | 'rectRot' | 'triangle' | 'rect';
  readonly colour: string;
  readonly x: number;
  readonly row: number;
}

const STYLES = ['circle', 'rectRot', 'triangle', 'rect'] as const;

/** The series of points, each with its place below the chart. A single one needs no name beside the title. */
function entriesOf(chart: CanvasChart, width: number, pen: CanvasRenderingContext2D): Entry[] {
  const named = chart.data.datasets.filter(({ label, type }) => label && type === 'scatterWithErrorBars');
  if (named.length < 2) return [];
  let [x, row] = [0, 0];
  return named.map((dataset) => {
    const name = dataset.label ?? '';
    const length = ENTRY_MARK + pen.measureText(name).width;
    if (x > 0 && x + length > width) [x, row] = [0, row + 1];
    const style = 'pointStyle' in dataset ? STYLES.find((one) => one === dataset.pointStyle) : undefined;
    const entry = { name, style: style ?? 'circle', colour: String(dataset.backgroundColor), x, row };
    x += length + ENTRY_GAP;
    return entry;
  });
}

/** A text in lines that fit, broken between words. */
function linesOf(text: string, width: number, pen: CanvasRenderingContext2D): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
