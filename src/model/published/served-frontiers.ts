/**
 * The frontiers of serving, measured and predicted (`perGpuFrontiers`), as numbers: the page draws them without the
 * tables and the fit that they come from. A test holds them against both.
 */

export interface ServedFrontier {
  readonly gpu: string;
  readonly weights: string;
  readonly measured: readonly ServedResult[];
  /** The served-throughput law: tokens/s of each request at least, and of a GPU. */
  readonly predicted: readonly (readonly [speed: number, throughput: number])[];
}

export interface ServedResult {
  /** The tokens/s that the test demands of the slowest requests. Null: it demands none. */
  readonly speed: number | null;
  /** Tokens/s of a GPU, as published. */
  readonly throughput: number;
  /** The same by the served-throughput law, which has not seen results at a speed. */
  readonly byLaw: number;
}

export const SERVED_FRONTIERS: readonly ServedFrontier[] = [
  {
    gpu: 'AMD Instinct MI300X',
    weights: 'fp8',
    measured: [
      { speed: 25, throughput: 1105, byLaw: 2570 },
      { speed: null, throughput: 3482, byLaw: 4610 },
      { speed: 5, throughput: 3108, byLaw: 4520 },
    ],
    predicted: [
      [4, 4610],
      [5, 4520],
      [7, 4340],
      [10, 4050],
      [14, 3670],
      [20, 3100],
      [25, 2570],
      [30, 2140],
      [34, 1720],
      [37, 1520],
      [40, 1180],
      [42, 1050],
      [44, 843],
      [46, 609],
    ],
  },
  {
    gpu: 'AMD Instinct MI325X',
    weights: 'fp8',
    measured: [
      { speed: 25, throughput: 2356, byLaw: 2800 },
      { speed: null, throughput: 4319, byLaw: 4810 },
      { speed: 5, throughput: 4017, byLaw: 4590 },
    ],
    predicted: [
      [4, 4690],
      [5, 4590],
      [7, 4430],
      [10, 4150],
      [14, 3780],
      [20, 3320],
      [25, 2800],
      [30, 2360],
      [34, 2050],
      [37, 1830],
      [40, 1540],
      [42, 1360],
      [44, 1200],
      [46, 1060],
      [48, 828],
      [50, 659],
    ],
  },
  {
    gpu: 'NVIDIA B200',
    weights: 'fp4',
    measured: [
      { speed: 25, throughput: 7856, byLaw: 10800 },
      { speed: null, throughput: 12864, byLaw: 13000 },
      { speed: 5, throughput: 12701, byLaw: 13000 },
    ],
    predicted: [
      [4, 13000],
      [5, 13000],
      [7, 13000],
      [10, 13000],
      [14, 12400],
      [20, 11400],
      [25, 10800],
      [30, 10000],
      [34, 9190],
      [37, 8900],
      [40, 8280],
      [42, 8280],
      [44, 7980],
      [46, 7670],
      [48, 7360],
      [50, 7060],
      [54, 6410],
      [58, 5820],
      [62, 5220],
      [66, 4670],
      [70, 4140],
      [74, 3390],
      [78, 2970],
      [82, 2380],
      [86, 1810],
      [90, 1180],
    ],
  },
  {
    gpu: 'NVIDIA GB200',
    weights: 'fp4',
    measured: [
      { speed: 25, throughput: 7436, byLaw: 11400 },
      { speed: null, throughput: 13015, byLaw: 14000 },
      { speed: 5, throughput: 12340, byLaw: 14000 },
    ],
    predicted: [
      [4, 14000],
      [5, 14000],
      [7, 14000],
      [10, 14000],
      [14, 13400],
      [20, 12400],
      [25, 11400],
      [30, 10900],
      [34, 9970],
      [37, 9650],
      [40, 9000],
      [42, 8660],
      [44, 8330],
      [46, 8330],
      [48, 7990],
      [50, 7650],
      [54, 6980],
      [58, 6330],
      [62, 5700],
      [66, 5060],
      [70, 4490],
      [74, 3690],
      [78, 3210],
      [82, 2410],
      [86, 1980],
      [90, 1180],
    ],
  },
  {
    gpu: 'NVIDIA H200',
    weights: 'fp8',
    measured: [
      { speed: 25, throughput: 2885, byLaw: 1910 },
      { speed: null, throughput: 4415, byLaw: 3500 },
      { speed: 5, throughput: 4274, byLaw: 3430 },
    ],
    predicted: [
      [4, 3470],
      [5, 3430],
      [7, 3320],
      [10, 3080],
      [14, 2770],
      [20, 2250],
      [25, 1910],
      [30, 1500],
      [34, 1200],
      [37, 1000],
      [40, 765],
      [42, 613],
    ],
  },
];
