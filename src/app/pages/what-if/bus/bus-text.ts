/** The words of the shuttle bus: beside it, and for people who do not see it. */

import { bytesText, givenText, integerText, msText } from '../../../../../results/text/figures.ts';
import type { Answer } from '../answer.ts';
import { bandwidthText, memoryText, readersText } from '../words.ts';

/** `4.52 GB of 24 GB is luggage; 18 seats of 1.07 GB; 5.25 ms a trip` */
export function besideText({ prediction, memoryGB, seatBytes, time }: Answer): string {
  const { weightBytesHeld, maxBatch } = prediction;
  if (weightBytesHeld > memoryGB * 1e9) {
    return `${bytesText(weightBytesHeld)} of luggage are too much for a cabin of ${memoryText(memoryGB)}`;
  }
  const seats = maxBatch === 1 ? 'one seat' : `${integerText(maxBatch)} seats`;
  return `${bytesText(weightBytesHeld)} of ${memoryText(memoryGB)} is luggage, ${seats} of ${bytesText(seatBytes)}, ${msText(1000 * time.seconds)} a trip`;
}

/** `shown 200 times slower` */
export function slowerText(slower: number): string {
  if (slower === 1) return 'shown as fast as it is';
  return slower > 1 ? `shown ${givenText(slower)} times slower` : `shown ${givenText(1 / slower)} times faster`;
}

/** What the picture shows, in words. */
export function pictureText(answer: Answer): string {
  const { question, prediction, memoryGB, gbps } = answer;
  const waiting = Math.max(0, question.batch - prediction.maxBatch);
  return [
    `A shuttle bus. Its cabin is the memory, ${memoryText(memoryGB)}; its door is the bandwidth, ${bandwidthText(gbps)}.`,
    `${besideText(answer)}.`,
    waiting > 0
      ? `${readersText(waiting)} wait${waiting === 1 ? 's' : ''} at the stop.`
      : `${readersText(question.batch)} on board.`,
  ].join(' ');
}
