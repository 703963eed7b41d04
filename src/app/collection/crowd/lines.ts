/** A run as a line of the table. Pure. */

import type { Figure } from '../../../../results/text/figures.ts';
import type { RunLine } from './api.ts';
import { type LoadedRun, stepWith } from './loaded.ts';
import { programText, systemText } from './place-names.ts';

/** @param step the key of the step whose tokens/s are shown */
export function lineOf(run: LoadedRun, step: string): RunLine {
  const { row, name, source } = run;
  const { id, program, system, gbps, gbpsInterval, claimed, status, reasons } = row;
  const timed = stepWith(run, step);
  return {
    ...{ id, name, claimed, status, reasons, source },
    place: placeName(program, system),
    gbps: figure(gbps, gbpsInterval),
    tokens: timed ? figure(timed.tokensPerSecond, timed.interval) : null,
  };
}

const figure = (value: number | null, ci95: readonly [number, number] | null): Figure | null =>
  value === null ? null : { value, ci95 };

/** `Chrome on Windows` */
const placeName = (program: string, system: string): string =>
  system === 'unknown' ? programText(program) : `${programText(program)} on ${systemText(system)}`;
