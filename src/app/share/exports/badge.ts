/** A badge of a result: an SVG in a line, for a README or a forum's signature. */

import { headlineStep } from '../../../../results/derived/decode.ts';
import { isSoftware } from '../../../../results/machine/identity.ts';
import type { RunRecord } from '../../../../results/record/schema.ts';
import type { FigureText } from '../../../../results/text/figures.ts';
import { gbpsText, tokensPerSecondText } from '../../../../results/text/figures.ts';
import { shown } from '../../../../results/text/shown.ts';
import type { RunView } from '../../analysis/view.ts';
import { modelName } from '../../text/names.ts';
import { machineText } from '../machine-text.ts';

const [HEIGHT, PADDING] = [24, 10];

/** The width of a character of the badge's font, in px, on average. `textLength` fits the text to it everywhere. */
const CHARACTER = 6.9;

/** The longest name of a machine that a badge has, in characters. */
const MAX_NAME = 48;

/** What a badge shows: `NVIDIA GeForce RTX 4090` and `412 GB/s`. */
export interface BadgeText {
  readonly name: string;
  readonly value: string;
  readonly software: boolean;
}

/** The speed of the step that the run is known by, else that of memory. */
export function badgeText(record: RunRecord, { headline, steps }: Pick<RunView, 'headline' | 'steps'>): BadgeText {
  const step = headlineStep(record.decode ?? [], (_, i) => steps[i]);
  const speed =
    step &&
    `${modelName(step.m.case.model)} ${step.m.case.weights} ${inUnit(tokensPerSecondText(step.figures.perUser))}`;
  const value = speed ?? (headline ? inUnit(gbpsText(headline.gbps)) : 'no figure');
  return {
    name: shown(machineText(record), MAX_NAME),
    value: shown(value, MAX_NAME),
    software: isSoftware(record.adapter),
  };
}

const inUnit = ({ value, unit }: FigureText): string => `${value} ${unit}`;

/** The badge as SVG. Its colours have a contrast of at least 4.5:1. */
export function badgeSvg({ name, value, software }: BadgeText): string {
  const left = `HBMark · ${name}`;
  const right = software ? `${value}, software` : value;
  const [leftText, rightText] = [widthOf(left), widthOf(right)];
  const [leftWidth, rightWidth] = [leftText + 2 * PADDING, rightText + 2 * PADDING];
  const width = leftWidth + rightWidth;
  const label = escaped(`${left}: ${right}`);
  const text = (content: string, x: number, length: number): string =>
    `<text x="${x}" y="16" textLength="${length}" lengthAdjust="spacingAndGlyphs">${escaped(content)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${label}">`,
    `<title>${label}</title>`,
    `<rect width="${width}" height="${HEIGHT}" rx="5" fill="#2b3036"/>`,
    `<path d="M${leftWidth} 0h${rightWidth - 5}a5 5 0 0 1 5 5v14a5 5 0 0 1 -5 5h-${rightWidth - 5}z" fill="${software ? '#6b5300' : '#0b5394'}"/>`,
    '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="12">',
    text(left, PADDING, leftText),
    text(right, leftWidth + PADDING, rightText),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

const widthOf = (text: string): number => Math.ceil([...text].length * CHARACTER);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => ENTITIES[mark] ?? mark);
