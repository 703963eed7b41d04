/** A chart as a PNG that explains itself: its title above it, its source below. */

import { render } from 'preact';
import type { ChartSpec } from './chart.ts';
import { Picture } from './picture.tsx';
import { plotLayout } from './plot-layout.ts';

/** Sizes in CSS pixels: wide enough that names stand beside their lines. */
const [WIDTH, PADDING, TITLE, NOTE, LINE] = [960, 24, 20, 13, 20];
/** Pixels of the file to a CSS pixel. */
const SCALE = 2;

/** What the page's styles say of a shape. As attributes, they go along with it. */
const PROPERTIES = [
  ...['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'opacity'],
  ...['font-family', 'font-size', 'font-weight'],
] as const;

/** @throws Error if the browser cannot make one */
export async function pngOf(spec: ChartSpec): Promise<Blob> {
  const place = document.createElement('div');
  // Styles apply to what is in the page.
  place.className = 'plot off-screen';
  document.body.append(place);
  try {
    const layout = plotLayout(spec, WIDTH);
    render(<Picture spec={spec} layout={layout} />, place);
    const svg = place.querySelector('svg');
    if (!svg) throw new Error('this browser draws no picture');
    const image = await loaded(standalone(svg));
    return await drawn(spec, image, layout.height);
  } finally {
    render(null, place);
    place.remove();
  }
}

/** The text of an SVG that needs no style sheet. */
function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) throw new Error('this browser copies no picture');
  const copies = copy.querySelectorAll('*');
  for (const [i, shape] of svg.querySelectorAll('*').entries()) {
    const style = getComputedStyle(shape);
    for (const property of PROPERTIES) copies[i]?.setAttribute(property, style.getPropertyValue(property));
  }
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

async function loaded(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

function drawn({ title, source }: ChartSpec, image: HTMLImageElement, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser draws no picture');
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const font = (size: number, weight: number): string => `${weight} ${size}px ${colour('--font')}`;
  pen.font = font(NOTE, 400);
  const lines = linesOf(source, pen);
  const top = PADDING + TITLE + 16;
  const below = top + height + 8;
  Object.assign(canvas, {
    width: (WIDTH + 2 * PADDING) * SCALE,
    height: (below + lines.length * LINE + PADDING) * SCALE,
  });
  // A canvas that changes its size forgets its settings.
  pen.scale(SCALE, SCALE);
  pen.textBaseline = 'top';
  pen.fillStyle = colour('--surface');
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, PADDING, top, WIDTH, height);
  pen.fillStyle = colour('--ink');
  pen.font = font(TITLE, 600);
  pen.fillText(title, PADDING, PADDING, WIDTH);
  pen.fillStyle = colour('--ink-2');
  pen.font = font(NOTE, 400);
  for (const [i, line] of lines.entries()) pen.fillText(line, PADDING, below + i * LINE);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('this browser makes no PNG'))), 'image/png');
  });
}

/** A text in lines that fit, broken between words. */
function linesOf(text: string, pen: CanvasRenderingContext2D): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = `${last} ${word}`;
    if (last !== undefined && pen.measureText(longer).width <= WIDTH) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
