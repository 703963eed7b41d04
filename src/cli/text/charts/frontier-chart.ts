/**
 * The essay's first figure: the Pareto frontier of serving, measured and predicted, to a GPU and to a megawatt. `npm run
 * chart:frontier` writes it.
 */

import type { Frontier, FrontierPoint } from '../../../model/published/frontier.ts';
import { ESSAY, GENERATIONS } from '../../../model/theory/generations.ts';
import { COLOURS, frame, type Panel, svgOf, text, xOf, yOf } from './svg.ts';

const [WIDTH, HEIGHT] = [950, 560];
const LEFT: Panel = { left: 70, top: 64, width: 380, height: 360, x: [3, 1000], y: [300, 200_000] };
const RIGHT: Panel = { left: 540, top: 64, width: 380, height: 360, x: [10, 1000], y: [30_000, 60_000_000] };

const isIn = ({ x, y }: Panel, { speed, throughput }: FrontierPoint): boolean =>
  speed >= x[0] && speed <= x[1] && throughput >= y[0] && throughput <= y[1];

const path = (panel: Panel, points: readonly FrontierPoint[], attributes: string): string => {
  const inside = points.filter((point) => isIn(panel, point));
  const at = inside.map(({ speed, throughput }) => `${xOf(panel, speed)} ${yOf(panel, throughput)}`);
  return at.length > 1 ? `<path fill="none" stroke-width="1.5" ${attributes} d="M${at.join('L')}"/>` : '';
};

/** The colours of GPUs, those of a family that no panel shows together sharing one. */
const FAMILIES = [/MI300X/, /MI325X|MI355X/, / B200/, /GB200/, /H100|H200/];

const colourOf = (gpu: string): string =>
  COLOURS[FAMILIES.findIndex((family) => family.test(gpu)) % COLOURS.length] ?? COLOURS[0];

/** The lines and dots of frontiers. What has no speed stands at the left edge. */
function drawn(panel: Panel, frontiers: readonly Frontier[]): string[] {
  return frontiers.flatMap(({ gpu, measured, predicted, byMemory }) => {
    const stroke = `stroke="${colourOf(gpu)}"`;
    const seen = measured
      .map(({ speed, throughput }) => ({ speed: speed ?? panel.x[0] * 1.08, throughput, isFree: speed === null }))
      .sort((a, b) => a.speed - b.speed);
    return [
      path(panel, byMemory, `${stroke} stroke-dasharray="2 4"`),
      path(panel, predicted, stroke),
      ...seen.map(
        ({ speed, throughput, isFree }) =>
          `<circle cx="${xOf(panel, speed)}" cy="${yOf(panel, throughput)}" r="4.5" ${isFree ? `class="hollow" ${stroke}` : `fill="${colourOf(gpu)}"`}/>`,
      ),
    ];
  });
}

const legend = (panel: Panel, frontiers: readonly Frontier[]): string[] =>
  frontiers.flatMap(({ gpu, weights }, i) => {
    const x = panel.left + 6 + 132 * (i % 3);
    const y = panel.top + panel.height + 68 + 18 * Math.floor(i / 3);
    return [
      `<circle cx="${x}" cy="${y - 4}" r="4" fill="${colourOf(gpu)}"/>`,
      text(x + 10, y, `${gpu.replace(/^(NVIDIA|AMD Instinct) /, '')}, ${weights}`),
    ];
  });

/** Returns the chart. */
export function frontierChart(perGpu: readonly Frontier[], perMegawatt: readonly Frontier[]): string {
  const rubin = GENERATIONS.find(({ name }) => name === 'Rubin NVL72');
  const essay = {
    speed: ESSAY.speed,
    throughput: (1000 * ESSAY.speed * ESSAY.requests) / (rubin?.kilowatts ?? Number.NaN),
  };
  return svgOf(WIDTH, HEIGHT, 'The Pareto frontier of serving, measured and predicted', [
    ...frame(LEFT, {
      title: 'Tokens/s of a GPU: Llama 2 70B, MLPerf v5.1',
      x: { title: 'tokens/s of each request, at least', ticks: [5, 25, 100, 300, 1000] },
      y: { title: '', ticks: [300, 1000, 3000, 10_000, 30_000, 100_000] },
    }),
    ...drawn(LEFT, perGpu),
    ...legend(LEFT, perGpu),
    ...frame(RIGHT, {
      title: 'Tokens/s of a megawatt: gpt-oss 120B, InferenceX',
      x: { title: 'tokens/s of each request', ticks: [10, 30, 100, 300, 1000] },
      y: { title: '', ticks: [100_000, 1_000_000, 10_000_000] },
    }),
    ...drawn(RIGHT, perMegawatt),
    `<circle class="measured" cx="${xOf(RIGHT, essay.speed)}" cy="${yOf(RIGHT, essay.throughput)}" r="5"/>`,
    text(
      Number(xOf(RIGHT, essay.speed)) - 9,
      Number(yOf(RIGHT, essay.throughput)) + 4,
      'essay, another model',
      'class="quiet" text-anchor="end"',
    ),
    ...legend(RIGHT, perMegawatt),
    ...[
      'Dots: published. Hollow: no speed demanded. Lines: the served-throughput law, fitted to tests without a speed.',
      'Dotted: memory alone, which is the thesis. To a megawatt, lines count the power of a server; dots that of a whole site.',
    ].map((note, i) => text(LEFT.left, HEIGHT - 24 + 17 * i, note, 'class="quiet"')),
  ]);
}
