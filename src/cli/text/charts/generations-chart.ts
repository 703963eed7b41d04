/**
 * The essay's second figure: throughput of a GPU from A100 to Rubin Ultra, measured points joined, with each law and how
 * far it is off. `npm run chart:generations` writes it.
 */

import { weightBytesHeld } from '../../../model/models/accounting.ts';
import { llama2_70b } from '../../../model/models/presets/llama-2-70b.ts';
import { tensorsAllIn } from '../../../model/models/tensors.ts';
import type { GenerationResult, GrowthScore } from '../../../model/published/generations.ts';
import { GENERATIONS, type Growth, growthOf, inOwnFormat } from '../../../model/theory/generations.ts';
import { COLOURS, type Panel, svgOf, text, yOf } from './svg.ts';

const [WIDTH, HEIGHT] = [950, 640];
/** The first value of an x axis is not used: generations stand beside each other. */
const TOP: Panel = { left: 62, top: 64, width: 560, height: 300, x: [1, 2], y: [0.8, 300] };
const BELOW: Panel = { left: 62, top: 440, width: 560, height: 130, x: [1, 2], y: [0.15, 3] };

/** The laws that have a figure for every generation, by their names in the comparison, with what they grow by. */
const LINES: readonly { readonly name: string; readonly of: (growth: Growth) => number }[] = [
  { name: 'BW ÷ bytes of a weight', of: ({ perWeight }) => perWeight },
  { name: 'M·BW', of: ({ product }) => product },
  { name: 'BW', of: ({ bandwidth }) => bandwidth },
  { name: 'derived law, (BW/c)(1 − φ)', of: ({ derived }) => derived },
];

/** The growth of every generation for Llama 2 70B, each in its own format. c cancels but for the format. */
export const ownFormatGrowth = (): Growth[] =>
  growthOf(inOwnFormat({ weightBytes: weightBytesHeld(tensorsAllIn(llama2_70b, 'f16')), cacheBytes: 2 }));

const xAt = ({ left, width }: Panel, index: number): string =>
  (left + (width * (index + 0.5)) / GENERATIONS.length).toFixed(1);

function axes(panel: Panel, title: string, yTitle: string, ticks: readonly number[]): string[] {
  const { left, top, width, height } = panel;
  return [
    text(left, top - 34, title, 'class="title"'),
    ...ticks.flatMap((value) => [
      `<path class="grid" d="M${left} ${yOf(panel, value)}H${left + width}"/>`,
      text(left - 8, Number(yOf(panel, value)) + 4, String(value), 'text-anchor="end" class="quiet"'),
    ]),
    `<path class="axis" d="M${left} ${top}V${top + height}H${left + width}"/>`,
    text(0, 0, yTitle, `text-anchor="middle" transform="translate(${left - 44} ${top + height / 2}) rotate(-90)"`),
    ...GENERATIONS.map(({ gpu }, i) =>
      text(xAt(panel, i), top + height + 18, gpu.replace(/^NVIDIA | 80GB$/g, ''), 'text-anchor="middle" class="quiet"'),
    ),
  ];
}

const line = (points: readonly string[], attributes: string): string =>
  points.length > 1 ? `<path fill="none" stroke-width="1.5" ${attributes} d="M${points.join('L')}"/>` : '';

/** `mean error 22 %, AIC +43` */
const scoreText = ({ error, aic }: GrowthScore): string =>
  `error ${(100 * error).toFixed(0)} %, AIC ${aic > 0 ? '+' : aic < 0 ? '−' : ''}${Math.abs(aic).toFixed(0)}`;

function legend(result: GenerationResult): string[] {
  const left = TOP.left + TOP.width + 26;
  const scores = [...result.scores].sort((a, b) => a.aic - b.aic);
  const entries = scores.flatMap((score, i) => {
    const index = LINES.findIndex(({ name }) => name === score.name);
    const y = TOP.top + 46 + 40 * i;
    return [
      index >= 0
        ? `<circle cx="${left}" cy="${y - 4}" r="4" fill="${COLOURS[index]}"/>`
        : `<circle class="axis" cx="${left}" cy="${y - 4}" r="4"/>`,
      text(left + 10, y, score.name),
      text(left + 10, y + 16, scoreText(score), 'class="quiet"'),
    ];
  });
  const notes = [
    'AIC: 2 ln of the odds against a law,',
    'over the best with nothing fitted.',
    'Error: of rows that a test’s level',
    'has not seen. Each kind of test',
    'weighs as one.',
    '',
    'Weights are in the narrowest format',
    'that a GPU multiplies, and so they',
    'shrink with its generation.',
    '',
    'Dashed: announced. Nothing is',
    'measured there, and the essay’s',
    'point of Rubin is consistent with',
    'the derived law, not predicted: two',
    'of its inputs are free.',
  ];
  return [
    text(left - 4, TOP.top, 'Laws, the likeliest first', 'class="title"'),
    ...entries,
    ...notes.map((note, i) => text(left - 4, TOP.top + 46 + 40 * scores.length + 18 + 17 * i, note, 'class="quiet"')),
  ];
}

/** Returns the chart. */
export function generationsChart(result: GenerationResult): string {
  const growth = ownFormatGrowth();
  const sold = GENERATIONS.filter(({ announced }) => !announced).length;
  const measured = result.joined.map((one) => ({
    ...one,
    index: GENERATIONS.findIndex(({ gpu }) => gpu === one.gpu),
  }));
  const lines = LINES.flatMap(({ of }, k) => {
    const points = growth.map((one, i) => `${xAt(TOP, i)} ${yOf(TOP, of(one))}`);
    const stroke = `stroke="${COLOURS[k]}"`;
    return [line(points.slice(0, sold), stroke), line(points.slice(sold - 1), `${stroke} stroke-dasharray="5 4"`)];
  });
  const residuals = LINES.flatMap(({ of }, k) => {
    const points = measured.map(({ index, growth: seen }) => {
      const own = growth[index];
      return `${xAt(BELOW, index)} ${yOf(BELOW, own ? of(own) / seen : 1)}`;
    });
    return [
      line(points, `stroke="${COLOURS[k]}"`),
      ...points.map((point) => {
        const [x, y] = point.split(' ');
        return `<circle cx="${x}" cy="${y}" r="3.5" fill="${COLOURS[k]}"/>`;
      }),
    ];
  });
  return svgOf(WIDTH, HEIGHT, 'Throughput of one GPU over generations, measured and by each law', [
    ...axes(
      TOP,
      `Tokens/s of one GPU over an A100’s: ${result.rows} results in ${result.tests} tests, joined`,
      'times an A100',
      [1, 3, 10, 30, 100, 300],
    ),
    ...lines,
    line(
      measured.map(({ index, growth: seen }) => `${xAt(TOP, index)} ${yOf(TOP, seen)}`),
      'class="measured"',
    ),
    ...measured.flatMap(({ index, growth: seen, ci95: [low, high] }) => [
      `<path class="measured" stroke-width="1.5" d="M${xAt(TOP, index)} ${yOf(TOP, low)}V${yOf(TOP, high)}"/>`,
      `<circle class="dot" cx="${xAt(TOP, index)}" cy="${yOf(TOP, seen)}" r="4.5"/>`,
    ]),
    `<circle class="dot" cx="${TOP.left + 16}" cy="${TOP.top + 10}" r="4.5"/>`,
    text(TOP.left + 26, TOP.top + 14, 'measured, with two standard errors'),
    ...axes(BELOW, 'What each law says over what was measured', 'law ÷ measured', [0.2, 0.5, 1, 2]),
    `<path class="axis" stroke-dasharray="4 4" d="M${BELOW.left} ${yOf(BELOW, 1)}H${BELOW.left + BELOW.width}"/>`,
    ...residuals,
    ...legend(result),
  ]);
}
