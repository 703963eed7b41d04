/**
 * Figures of the calibration, on simulated devices, as tests/calibration/README.md and docs/method.md have them. A test
 * compares each with its source.
 */

/** What the columns of `HELD` are called there, and on the page. */
export const FIGURES: readonly { readonly name: string; readonly words: string }[] = [
  { name: 'time of a dispatch', words: 'Time of one start' },
  { name: 'bandwidth β', words: 'Speed of the fit, β' },
  { name: 'streaming', words: 'Speed of memory' },
];

export interface Regime {
  readonly name: string;
  readonly words: string;
  /** The share of the 95 % intervals that hold the truth, for each of `FIGURES`. */
  readonly held: readonly string[];
}

export const REGIMES: readonly Regime[] = [
  { name: 'well-behaved', words: 'quiet, fine clock', held: ['93.8 %', '97.0 %', '93.8 %'] },
  { name: 'coarse timestamps', words: 'clock in coarse steps', held: ['93.8 %', '96.8 %', '93.7 %'] },
  { name: 'wall clock', words: 'the wall clock alone', held: ['95.0 %', '96.5 %', '95.3 %'] },
  { name: 'drift', words: 'slower by 1 – 20 % over the run', held: ['98.5 %', '96.3 %', '95.3 %'] },
  { name: 'noise', words: 'ten times the noise', held: ['94.1 %', '96.5 %', '96.3 %'] },
  { name: 'stalls', words: 'stalls of 300 ms', held: ['94.6 %', '96.5 %', '96.2 %'] },
];

/** Sentences of the sources, word for word. */
export const QUOTES = {
  /** docs/method.md, over all regimes. */
  pooled:
    'On 3,600 simulated devices the intervals within a run hold what the device did during that run in 93 – 99 % of cases, depending on the kind of device',
  /** tests/calibration/README.md, whole runs on machines with troubles. */
  troubles: 'Of the 2,022 headlines 98.1 % hold the truth or are labelled, and none misses it by far without a label.',
  /** docs/method.md, several runs. */
  between:
    'On simulated devices whose rate is up to 2 % off in each run, a within-run interval holds that run’s rate in 95 % of cases, and the device’s mean rate in 21 %; the between-run interval holds the mean rate in 96 %',
} as const;
