/** A chart in SVG as a PNG that explains itself. */

import { render } from 'preact';
import { colourScheme } from '../canvas/colour-scheme.ts';
import { framed } from '../framed.ts';
import type { ChartSpec } from './chart.ts';
import { Picture } from './picture.tsx';
import { plotLayout } from './plot-layout.ts';

/** Wide enough that names stand beside their lines, in CSS pixels; and pixels of the file to one of them. */
const [WIDTH, SCALE] = [960, 2];

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
    const drawn = { image, width: WIDTH, height: layout.height, scale: SCALE, legend: [] };
    return await framed(drawn, spec, colourScheme.value.colour);
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
