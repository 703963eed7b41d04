/** Where the texts of the shuttle bus stand, so that none lies over another, whatever the numbers. Pure. */

import type { PlacedText } from '../../../charts/svg/placed-text.tsx';
import { boldPx } from '../../../charts/svg/text-px.ts';
import type { BusLayout } from './bus-layout.ts';

interface Texts {
  readonly memory: string;
  readonly bandwidth: string;
  readonly twice: string;
  /** Who waits and is not drawn. Empty: nobody. */
  readonly waiting: string;
}

export interface BusLabels {
  readonly memory: PlacedText;
  readonly bandwidth: PlacedText;
  /** Undefined: there is no room. */
  readonly twice: PlacedText | undefined;
  readonly waiting: PlacedText | undefined;
}

/** The room between two texts in a line, the distance to what a text is about, and its height, in px. */
const [GAP_PX, OFF_PX, LINE_PX] = [12, 7, 16];

export function busLabels({ cabin, twice, stream, road }: BusLayout, texts: Texts): BusLabels {
  const y = cabin.y - OFF_PX;
  // Neither begins before the picture does.
  const bandwidthEnd = Math.max(cabin.x - 4, boldPx(texts.bandwidth) + 4);
  const free = bandwidthEnd + GAP_PX;
  const memoryEnd = Math.max(cabin.x + cabin.width, free + boldPx(texts.memory));
  const twiceEnd = twice ? twice.x + twice.width : 0;
  const signTop = road - cabin.height * 0.55 - 10;
  const isBesideStop = boldPx(texts.waiting) + 4 < stream.x - 12;
  return {
    bandwidth: { x: bandwidthEnd, y, text: texts.bandwidth, anchor: 'end' },
    memory: { x: memoryEnd, y, text: texts.memory, anchor: 'end' },
    twice:
      twice && twiceEnd - boldPx(texts.twice) >= memoryEnd + GAP_PX
        ? { x: twiceEnd, y, text: texts.twice, anchor: 'end' }
        : undefined,
    // Above two rows of readers; a longer text goes over the sign of the stop.
    waiting: texts.waiting
      ? {
          x: 4,
          y: isBesideStop ? road - 56 : Math.max(cabin.y + LINE_PX, signTop - 4),
          text: texts.waiting,
          anchor: 'start',
        }
      : undefined,
  };
}
