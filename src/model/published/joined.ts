/**
 * The growth that published tests join (`generationResult`), as numbers: the page draws them without the tables that
 * they come from. A test holds them against the tables.
 */

import type { JoinedGeneration } from './generations.ts';

export const JOINED: readonly JoinedGeneration[] = [
  { gpu: 'NVIDIA A100 80GB', growth: 1, ci95: [1, 1], tests: 7 },
  { gpu: 'NVIDIA H100', growth: 3.552, ci95: [3.456, 3.652], tests: 22 },
  { gpu: 'NVIDIA H200', growth: 4.769, ci95: [4.195, 5.422], tests: 23 },
  { gpu: 'NVIDIA B200', growth: 13.26, ci95: [11.45, 15.36], tests: 26 },
  { gpu: 'NVIDIA GB200', growth: 14.01, ci95: [12.12, 16.19], tests: 25 },
  { gpu: 'NVIDIA GB300', growth: 16.96, ci95: [12.18, 23.6], tests: 2 },
];
