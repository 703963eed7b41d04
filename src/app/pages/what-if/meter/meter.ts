/** What binds: how much of a step each part of the machine takes, and how full it is. */

import { integerText, percentText } from '../../../../../results/text/figures.ts';
import type { Answer } from '../answer.ts';

export interface Gauge {
  readonly id: 'door' | 'cabin' | 'engine' | 'lights';
  /** Its name in the picture. */
  readonly name: string;
  /** What it stands for. */
  readonly is: string;
  /** From 0 to 1. */
  readonly part: number;
  readonly text: string;
  /** Whether this binds. One of them does. */
  readonly binds: boolean;
}

const percent = (part: number): string => percentText({ value: part, ci95: null });

export function gaugesOf({ prediction, time, question, tflops }: Answer): Gauge[] {
  const { bound, maxBatch, fits } = prediction;
  const { batch } = question;
  const shareOf = (seconds: number): number => seconds / time.seconds;
  const ofStep = (part: number): string => (part === 0 ? 'nothing of a trip' : `${percent(part)} of each trip`);
  const door = shareOf(time.spent.bandwidth);
  const engine = shareOf(time.spent.compute);
  const lights = shareOf(time.spent.overhead);
  return [
    { id: 'door', name: 'Door', is: 'bandwidth', part: door, text: ofStep(door), binds: bound === 'bandwidth' },
    {
      ...{ id: 'cabin', name: 'Cabin', is: 'capacity', binds: bound === 'capacity' },
      part: Math.min(1, maxBatch > 0 ? batch / maxBatch : 1),
      text: fits
        ? `${integerText(batch)} of ${integerText(maxBatch)} seats taken`
        : `too small: ${integerText(maxBatch)} seats for ${integerText(batch)}`,
    },
    {
      ...{ id: 'engine', name: 'Engine', is: 'compute', part: engine, binds: bound === 'compute' },
      text: tflops === null ? 'left out, unless you give it' : ofStep(engine),
    },
    {
      id: 'lights',
      name: 'Traffic lights',
      is: 'fixed cost',
      part: lights,
      text: ofStep(lights),
      binds: bound === 'overhead',
    },
  ];
}
