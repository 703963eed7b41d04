/** A chart as a picture that explains itself: its title above it, its series and where it comes from below. */

import type { Colours, LegendEntry } from './canvas/plot.ts';
import { styleOf } from './signs/series.ts';

/** What a picture says beside the chart, whose axes have their units. */
export interface Caption {
  readonly title: string;
  /** The machine, the date and the program. */
  readonly source: string;
}

/** A chart as it was drawn. */
export interface Drawn {
  readonly image: CanvasImageSource;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Pixels of the picture to a CSS pixel. */
  readonly scale: number;
  /** What its signs and lines are. Empty: the chart says it itself. */
  readonly legend: readonly LegendEntry[];
}

/** Sizes in CSS pixels. */
const [PADDING, TITLE, NOTE, LINE] = [24, 20, 13, 22];

/** @throws Error if the browser cannot make one */
export async function framed(drawn: Drawn, { title, source }: Caption, colours: Colours): Promise<Blob> {
  const { image, width, height, scale, legend } = drawn;
  const page = document.createElement('canvas');
  const pen = page.getContext('2d');
  if (!pen) throw new Error('this browser draws no picture');
  const font = (size: number, weight: number): string => `${weight} ${size}px ${colours('--font')}`;
  pen.font = font(TITLE, 600);
  const titleLines = linesOf(title, width, pen);
  pen.font = font(NOTE, 400);
  const sourceLines = linesOf(source, width, pen);
  const entries = placed(legend, width, pen);
  const rows = (entries.at(-1)?.row ?? -1) + 1;
  const top = PADDING + titleLines.length * (TITLE + 8) + 8;
  const below = top + height + 12;
  Object.assign(page, {
    width: (width + 2 * PADDING) * scale,
    height: (below + (rows + sourceLines.length) * LINE + PADDING) * scale,
  });

  // A canvas that changes its size forgets its settings.
  pen.scale(scale, scale);
  pen.textBaseline = 'top';
  pen.fillStyle = colours('--surface');
  pen.fillRect(0, 0, page.width, page.height);
  pen.drawImage(image, PADDING, top, width, height);
  pen.fillStyle = colours('--ink');
  pen.font = font(TITLE, 600);
  for (const [i, line] of titleLines.entries()) pen.fillText(line, PADDING, PADDING + i * (TITLE + 8));
  pen.font = font(NOTE, 400);
  for (const { entry, x, row } of entries) {
    const y = below + row * LINE;
    drawMark(pen, entry, PADDING + x + MARK / 2, y + NOTE / 2 + 1, colours);
    pen.fillStyle = colours('--ink');
    pen.fillText(entry.name, PADDING + x + MARK + 6, y);
  }
  pen.fillStyle = colours('--ink-2');
  for (const [i, line] of sourceLines.entries()) pen.fillText(line, PADDING, below + (rows + i) * LINE);
  return new Promise((resolve, reject) => {
    page.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('this browser makes no PNG'))), 'image/png');
  });
}

/** The width of a mark, and the space between two entries. */
const [MARK, GAP] = [16, 20];

function drawMark(pen: CanvasRenderingContext2D, { of }: LegendEntry, x: number, y: number, colours: Colours): void {
  pen.save();
  pen.translate(x, y);
  if (typeof of === 'number') {
    const { colour, sign } = styleOf(of);
    pen.fillStyle = colours(colour);
    pen.fill(new Path2D(sign));
  } else {
    pen.strokeStyle = colours('--ink-2');
    pen.lineWidth = 2;
    pen.setLineDash(of === 'dash' ? [5, 3] : []);
    pen.stroke(new Path2D(`M${-MARK / 2} 0h${MARK}`));
  }
  pen.restore();
}

interface PlacedEntry {
  readonly entry: LegendEntry;
  readonly x: number;
  readonly row: number;
}

/** The entries of a legend, each with its place below the chart. A single one needs no name beside the title. */
function placed(legend: readonly LegendEntry[], width: number, pen: CanvasRenderingContext2D): PlacedEntry[] {
  if (legend.length < 2) return [];
  let [x, row] = [0, 0];
  return legend.map((entry) => {
    const length = MARK + 6 + pen.measureText(entry.name).width;
    if (x > 0 && x + length > width) [x, row] = [0, row + 1];
    const one = { entry, x, row };
    x += length + GAP;
    return one;
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
