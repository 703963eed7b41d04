/** What describes a decode step, as text. */

import type { DecodeCase, DecodeMeasured } from '../record/schema.ts';
import { integerText } from './figures.ts';

/** The positions of a step's sequences: `1,024`, or `128 – 1,024` where lengths are mixed. */
export const lengthsText = ({ shortest, context }: Pick<DecodeCase, 'shortest' | 'context'>): string =>
  `${shortest === undefined ? '' : `${integerText(shortest)} – `}${integerText(context)}`;

/** What projections multiply: `f32`, `f32 without norms`, `bytes`, or `bytes after norms`. */
export const activationsText = ({ activations }: Pick<DecodeMeasured, 'activations'>): string =>
  activations === undefined ? 'f32' : ACTIVATIONS[activations];

const ACTIVATIONS: Readonly<Record<NonNullable<DecodeMeasured['activations']>, string>> = {
  'f32-joined': 'f32 without norms',
  'i8-after-norms': 'bytes after norms',
  i8: 'bytes',
};

type Layers = DecodeMeasured['layers'];

/** The number of layers with memory of their own: `32`, or `6 of 32`. */
export const layersText = ({ distinct, total }: Layers): string =>
  distinct === total ? String(total) : `${distinct} of ${total}`;

/** `layersText` with its noun: `32 layers`, `6 of 32 layers`. */
export const layersPhrase = (layers: Layers): string =>
  `${layersText(layers)} ${layers.total === 1 ? 'layer' : 'layers'}`;
