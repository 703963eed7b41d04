/**
 * Decode steps over batch and context that others have published of one GPU, as numbers: the page draws them without the
 * table that they come from. A test holds them against it.
 */

export interface PublishedSteps {
  /** Name of the GPU in `gpus.json`. */
  readonly gpu: string;
  readonly model: string;
  /** The file's quantisation. */
  readonly weights: string;
  readonly steps: readonly (readonly [context: number, batch: number, tokensPerSecond: number])[];
}

/** Where the steps are from. */
export const PUBLISHED_STEPS_SOURCE = 'llama.cpp’s benches/dgx-spark.md: llama-batched-bench, flash attention';

export const PUBLISHED_STEPS: readonly PublishedSteps[] = [
  {
    gpu: 'NVIDIA GB10',
    model: 'gpt-oss-20b',
    weights: 'MXFP4_MOE',
    steps: [
      [512, 1, 81.01],
      [512, 2, 94.96],
      [512, 4, 151.8],
      [512, 8, 254],
      [512, 16, 400.9],
      [512, 32, 614.6],
      [4096, 1, 78.05],
      [4096, 2, 87.19],
      [4096, 4, 139.9],
      [4096, 8, 216.8],
      [4096, 16, 310.5],
      [4096, 32, 422.4],
      [8192, 1, 72.07],
      [8192, 2, 83.01],
      [8192, 4, 127.2],
      [8192, 8, 191.3],
      [8192, 16, 262.3],
      [8192, 32, 341.1],
    ],
  },
  {
    gpu: 'NVIDIA GB10',
    model: 'gpt-oss-120b',
    weights: 'MXFP4_MOE',
    steps: [
      [512, 1, 57.25],
      [512, 2, 60.32],
      [512, 4, 95.1],
      [512, 8, 146.6],
      [512, 16, 220],
      [512, 32, 312.6],
      [4096, 1, 54.15],
      [4096, 2, 57.04],
      [4096, 4, 86.84],
      [4096, 8, 128.2],
      [4096, 16, 176.5],
      [4096, 32, 231],
      [8192, 1, 51.04],
      [8192, 2, 54.15],
      [8192, 4, 79.75],
      [8192, 8, 114.9],
      [8192, 16, 149.8],
      [8192, 32, 196.6],
    ],
  },
  {
    gpu: 'NVIDIA GB10',
    model: 'qwen3-30b-a3b',
    weights: 'Q8_0',
    steps: [
      [512, 1, 57.66],
      [512, 2, 64.13],
      [512, 4, 102],
      [512, 8, 154.9],
      [512, 16, 232.9],
      [512, 32, 345],
      [4096, 1, 48.71],
      [4096, 2, 56.49],
      [4096, 4, 85.68],
      [4096, 8, 119.9],
      [4096, 16, 162.5],
      [4096, 32, 207.8],
      [8192, 1, 42.55],
      [8192, 2, 50.51],
      [8192, 4, 72.6],
      [8192, 8, 96.39],
      [8192, 16, 121.6],
      [8192, 32, 143.1],
    ],
  },
  {
    gpu: 'NVIDIA GB10',
    model: 'qwen2.5-7b',
    weights: 'Q8_0',
    steps: [
      [512, 1, 29.22],
      [512, 2, 54.47],
      [512, 4, 104.3],
      [512, 8, 195.7],
      [512, 16, 335.1],
      [512, 32, 593.3],
      [4096, 1, 28.42],
      [4096, 2, 51.36],
      [4096, 4, 93.84],
      [4096, 8, 163.1],
      [4096, 16, 252.8],
      [4096, 32, 377],
      [8192, 1, 27.49],
      [8192, 2, 48.37],
      [8192, 4, 84.71],
      [8192, 8, 138.9],
      [8192, 16, 196.2],
      [8192, 32, 268.2],
    ],
  },
  {
    gpu: 'NVIDIA GB10',
    model: 'gemma-3-4b',
    weights: 'Q4_0',
    steps: [
      [512, 1, 78.43],
      [512, 2, 126.2],
      [512, 4, 231],
      [512, 8, 369.9],
      [512, 16, 550.5],
      [512, 32, 801.9],
      [4096, 1, 70.48],
      [4096, 2, 112.1],
      [4096, 4, 191.6],
      [4096, 8, 287.3],
      [4096, 16, 389.4],
      [4096, 32, 498.3],
      [8192, 1, 68.52],
      [8192, 2, 101.6],
      [8192, 4, 161.8],
      [8192, 8, 220.1],
      [8192, 16, 275.7],
      [8192, 32, 325.5],
    ],
  },
];
