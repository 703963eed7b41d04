/**
 * Where the essay's product law becomes true, as chart and as table: by the part ρ of its KV caches that a model reads.
 * `npm run chart:partial-reads` draws it.
 */

import { integerText, significant } from '../../../../results/text/figures.ts';
import { modelById, PREDICTED_MODELS } from '../../../model/models/predicted.ts';
import { type PartialReadsOf, partialReadsOf, shareReadOf } from '../../../model/predict/partial-reads.ts';
import { gainOfDoubling, PRODUCT_GAIN, shareForProductLaw } from '../../../model/theory/partial-reads.ts';
import { table } from '../tables/table.ts';
import { COLOURS, frame, type Panel, svgOf, text, xOf, yOf } from './svg.ts';

/** The context of the table. */
export const CONTEXT = 131_072;

/** All presets, with sequences of `CONTEXT` positions. */
export const partialReads = (): PartialReadsOf[] => PREDICTED_MODELS.map((model) => partialReadsOf(model, CONTEXT));

const gigabytes = (bytes: number): string => significant(bytes / 1e9, 2);
const rangeText = ([from, to]: readonly [number, number]): string => `${gigabytes(from)} – ${gigabytes(to)}`;

/** Returns the table, and what it says. */
export const partialReadsLines = (all: readonly PartialReadsOf[]): string[] => [
  `Partial reads: where twice the memory is twice the throughput, to a tenth; weights in fp8, ${integerText(CONTEXT)} positions, all of them kept`,
  table(
    all.map(({ model, weightBytes, share, range, shareNeeded, positionsNeeded, rangeNeeded }) => [
      ...[model, gigabytes(weightBytes), significant(share, 2), rangeText(range)],
      ...[significant(shareNeeded, 2), integerText(positionsNeeded), rangeText(rangeNeeded)],
    ]),
    ['model', 'W, GB', 'ρ', 'true at M, GB', 'ρ needed', 'positions read', 'true at M, GB'],
  ),
  'Computed: no kernel here picks the positions that it reads. What a window reads of a cache that is kept whole is',
  'measured, by the claim partial-reads. Where ρ = 1, the product law is the tangent of the derived law, and true in',
  'passing. It becomes a law where ρ is small: then the essay is right.',
];

const [WIDTH, HEIGHT] = [950, 500];
const LEFT: Panel = { left: 62, top: 64, width: 380, height: 330, x: [1.2, 100], y: [0.95, 6] };
const RIGHT: Panel = { left: 540, top: 64, width: 380, height: 330, x: [1024, 1_048_576], y: [0.001, 1.2] };

const SHARES = [1, 0.3, 0.1, 0.04, 0.001] as const;

/** What is drawn at the right: ρ over context, of models that keep every position. */
const MODELS_SHOWN: readonly { readonly name: string; readonly share: (context: number) => number }[] = [
  { name: 'dense attention', share: (context) => shareReadOf(modelById('llama-3.1-70b'), context) },
  { name: 'gpt-oss 120B', share: (context) => shareReadOf(modelById('gpt-oss-120b'), context) },
  { name: 'Gemma 3 27B', share: (context) => shareReadOf(modelById('gemma-3-27b'), context) },
  { name: 'DeepSeek V3.2', share: (context) => shareReadOf(modelById('deepseek-v3.2'), context) },
  { name: '2,048 positions read', share: (context) => Math.min(1, 2048 / context) },
];

const POINTS = 60;
const spaced = ([low, high]: readonly [number, number]): number[] =>
  Array.from({ length: POINTS + 1 }, (_, i) => low * (high / low) ** (i / POINTS));

function curve(panel: Panel, of: (x: number) => number, colour: string): string {
  const points = spaced(panel.x)
    .map((x) => ({ x, y: of(x) }))
    .filter(({ y }) => y >= panel.y[0] && y <= panel.y[1]);
  const path = points.map(({ x, y }) => `${xOf(panel, x)} ${yOf(panel, y)}`).join('L');
  return `<path fill="none" stroke-width="1.5" stroke="${colour}" d="M${path}"/>`;
}

const legend = (panel: Panel, names: readonly string[]): string[] =>
  names.flatMap((name, i) => {
    const [x, y] = [panel.left + 6 + 130 * (i % 3), panel.top + panel.height + 66 + 18 * Math.floor(i / 3)];
    return [`<circle cx="${x}" cy="${y - 4}" r="4" fill="${COLOURS[i]}"/>`, text(x + 10, y, name)];
  });

/** Returns the chart. */
export function partialReadsChart(): string {
  const gain = (memory: number, cacheShareRead: number): number =>
    gainOfDoubling({
      ...{ memoryBytes: memory, weightBytes: 1, weightBytesRead: 1, cacheShareRead },
      ...{ cacheBytes: 1, bytesPerSecond: 1 },
    });
  const needed = shareForProductLaw({ weightBytes: 1, weightBytesRead: 1 });
  const [low, high] = PRODUCT_GAIN.map((value) => Number(yOf(LEFT, value)));
  return svgOf(WIDTH, HEIGHT, 'Where the product law of memory and bandwidth becomes true', [
    ...frame(LEFT, {
      title: 'What twice the memory buys, by ρ = read ÷ kept',
      x: { title: 'memory over weights, M/W', ticks: [2, 5, 10, 20, 50, 100] },
      y: { title: 'times the throughput', ticks: [1, 2, 3, 4, 5] },
    }),
    `<rect x="${LEFT.left}" y="${high}" width="${LEFT.width}" height="${(low ?? 0) - (high ?? 0)}" fill="#8c959f" fill-opacity="0.2"/>`,
    text(
      LEFT.left + LEFT.width - 6,
      Number(yOf(LEFT, 2.28)),
      'the product law, to a tenth',
      'text-anchor="end" class="quiet"',
    ),
    ...SHARES.map((share, i) => curve(LEFT, (memory) => gain(memory, share), COLOURS[i] as string)),
    ...legend(
      LEFT,
      SHARES.map((share) => `ρ = ${share}`),
    ),
    ...frame(RIGHT, {
      title: 'ρ of models, every position kept',
      x: { title: 'positions of a sequence', ticks: [1024, 8192, 65_536, 524_288] },
      y: { title: '', ticks: [] },
    }),
    ...[1, 0.1, 0.01, 0.001].flatMap((value) => [
      `<path class="grid" d="M${RIGHT.left} ${yOf(RIGHT, value)}H${RIGHT.left + RIGHT.width}"/>`,
      text(RIGHT.left - 8, Number(yOf(RIGHT, value)) + 4, String(value), 'text-anchor="end" class="quiet"'),
    ]),
    `<path class="axis" stroke-dasharray="4 4" d="M${RIGHT.left} ${yOf(RIGHT, needed)}H${RIGHT.left + RIGHT.width}"/>`,
    text(
      RIGHT.left + 6,
      Number(yOf(RIGHT, needed)) + 16,
      `below ${significant(needed, 2)}, two doublings on end follow the product law`,
      'class="quiet"',
    ),
    ...MODELS_SHOWN.map(({ share }, i) => curve(RIGHT, share, COLOURS[i] as string)),
    ...legend(
      RIGHT,
      MODELS_SHOWN.map(({ name }) => name),
    ),
  ]);
}
