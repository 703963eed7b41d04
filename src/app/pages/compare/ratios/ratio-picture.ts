/** The chart of ratios as a picture that explains itself: title, rows, axis, and where it comes from. */

import { isTold } from '../../../../../results/derived/ratio.ts';
import { type Figure, figureText } from '../../../../../results/text/figures.ts';
import type { Colours } from '../../../charts/canvas/plot.ts';
import { styleOf } from '../../../charts/signs/series.ts';
import { LETTERS } from '../address.ts';
import type { ComparedCase, Comparison } from '../comparison.ts';
import { type RatioAxis, ratioAxis } from './ratio-axis.ts';

/** Sizes in CSS pixels: the space around, a row's height for each ratio, and the columns of titles, marks and figures. */
const [PADDING, LINE, TITLES, MARKS, FIGURES] = [24, 24, 300, 440, 200];
const WIDTH = 2 * PADDING + TITLES + MARKS + FIGURES;
const [HEAD, AXIS, SOURCE] = [72, 40, 20];

/** Device pixels to a CSS pixel, so that text stays sharp where the picture is shown larger. */
const SCALE = 2;

/** The maximum of rows: a taller picture is more than some browsers draw. */
const MAX_ROWS = 60;

type Pen = CanvasRenderingContext2D;

/** Writes a text in a line, narrower where it would not fit. */
type Write = (text: string, x: number, y: number, size: number, ink?: string, weight?: number, width?: number) => void;

/** @param source lines that say where it comes from. @throws Error if the browser cannot make a picture */
export async function ratioPicture(
  { runs, cases }: Comparison,
  source: readonly string[],
  colours: Colours,
): Promise<Blob> {
  const shown = cases.slice(0, MAX_ROWS);
  const rowHeight = LINE * Math.max(1, runs.length - 1);
  const page = document.createElement('canvas');
  const below = HEAD + rowHeight * shown.length;
  const height = below + AXIS + SOURCE * source.length + PADDING;
  Object.assign(page, { width: WIDTH * SCALE, height: height * SCALE });
  const pen = page.getContext('2d');
  if (!pen) throw new Error('this browser draws no picture');
  pen.scale(SCALE, SCALE);
  pen.textBaseline = 'middle';
  pen.fillStyle = colours('--surface');
  pen.fillRect(0, 0, WIDTH, height);
  const write: Write = (text, x, y, size, ink = '--ink', weight = 400, width = WIDTH - PADDING - x) => {
    pen.font = `${weight} ${size}px ${colours('--font')}`;
    pen.fillStyle = colours(ink);
    pen.fillText(text, x, y, width);
  };
  const axis = ratioAxis(shown.flatMap(({ ratios }) => ratios));
  const x = (ratio: number): number => PADDING + TITLES + MARKS * axis.at(ratio);

  write('How many times as fast A is, with 95 % intervals', PADDING, PADDING + 8, 20, '--ink', 600);
  const left = cases.length > shown.length ? ` The first ${shown.length} of ${cases.length} cases.` : '';
  write(
    `${legendText(runs.length)} Hollow and grey: cannot be told apart.${left}`,
    PADDING,
    PADDING + 32,
    13,
    '--ink-2',
  );
  drawGrid(pen, axis, x, below, colours);
  for (const [i, one] of shown.entries()) {
    const top = HEAD + rowHeight * i;
    write(one.title, PADDING, top + rowHeight / 2, 13, '--ink', 400, TITLES - 16);
    drawRow(pen, one, { x, top, colours, write });
  }
  pen.textAlign = 'center';
  for (const tick of axis.ticks) write(`${tick}×`, x(tick), below + 14, 13, '--ink-2');
  pen.textAlign = 'left';
  write('A ÷ other, log scale', PADDING, below + 14, 13, '--ink-2');
  for (const [i, line] of source.entries()) {
    write(line, PADDING, below + AXIS + SOURCE * i + SOURCE / 2, 13, '--ink-2');
  }
  return new Promise((resolve, reject) => {
    page.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('this browser makes no PNG'))), 'image/png');
  });
}

/** `Against B: circle, C: diamond.` */
function legendText(runs: number): string {
  const pairs = LETTERS.slice(1, runs).map((letter, i) => `${letter}: ${styleOf(i).word}`);
  return pairs.length > 1 ? `Against ${pairs.join(', ')}.` : 'Against B.';
}

function drawGrid(pen: Pen, axis: RatioAxis, x: (ratio: number) => number, bottom: number, colours: Colours): void {
  for (const tick of axis.ticks) {
    pen.strokeStyle = colours(tick === 1 ? '--ink' : '--line');
    pen.lineWidth = tick === 1 ? 1.5 : 1;
    pen.beginPath();
    pen.moveTo(x(tick), HEAD);
    pen.lineTo(x(tick), bottom);
    pen.stroke();
  }
}

interface Place {
  readonly x: (ratio: number) => number;
  /** The upper edge of the row. */
  readonly top: number;
  readonly colours: Colours;
  readonly write: Write;
}

function drawRow(pen: Pen, { ratios }: ComparedCase, { x, top, colours, write }: Place): void {
  for (const [i, ratio] of ratios.entries()) {
    const y = top + LINE * i + LINE / 2;
    const { colour, sign } = styleOf(i);
    const told = isTold(ratio);
    drawMark(pen, ratio, {
      ...{ x, y, sign: new Path2D(sign) },
      ink: colours(told === false ? '--line-strong' : colour),
      fill: colours(told === false ? '--surface' : colour),
    });
    const { value, interval } = figureText(ratio, '×');
    write(`${value}×${interval ? ` (${interval})` : ''}`, PADDING + TITLES + MARKS + 16, y, 13);
  }
}

interface Mark {
  readonly x: (ratio: number) => number;
  readonly y: number;
  readonly sign: Path2D;
  readonly ink: string;
  readonly fill: string;
}

/** Draws the interval, and the sign on it. */
function drawMark(pen: Pen, { value, ci95 }: Figure, { x, y, sign, ink, fill }: Mark): void {
  pen.strokeStyle = ink;
  pen.lineWidth = 2;
  if (ci95) {
    pen.beginPath();
    pen.moveTo(x(ci95[0]), y);
    pen.lineTo(x(ci95[1]), y);
    pen.stroke();
  }
  pen.save();
  pen.translate(x(value), y);
  pen.fillStyle = fill;
  pen.fill(sign);
  pen.stroke(sign);
  pen.restore();
}
