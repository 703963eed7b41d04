/** The serving engines of which an expected speed can be asked. What they reach is in `results/reference/engine-costs.ts`. */

import type { Vendor } from '../../../results/gpus/kinds.ts';

/** An engine's fit, and its backend for the GPUs of each vendor. */
export interface Engine {
  readonly fit?: string;
  readonly backends: Partial<Readonly<Record<Vendor, string>>>;
}

/** Vulkan on Intel's driver, on which kernels reach half of what they do on others. */
const INTELS = 'Vulkan on Intel';

const VENDORS_OWN = { NVIDIA: 'CUDA', AMD: 'ROCm', Apple: 'Metal' } as const;

/** The engines of which an expectation can be asked. Those without a fit were not measured on any GPU yet. */
export const ENGINES = {
  'llama.cpp': { fit: 'llama.cpp', backends: { ...VENDORS_OWN, Intel: INTELS } },
  'llama.cpp-vulkan': { fit: 'llama.cpp', backends: { NVIDIA: 'Vulkan', AMD: 'Vulkan', Intel: INTELS } },
  localscore: { fit: 'localscore', backends: VENDORS_OWN },
  hbmark: { backends: {} },
  vllm: { backends: {} },
  peak: { backends: {} },
} as const satisfies Readonly<Record<string, Engine>>;

export type EngineId = keyof typeof ENGINES;

/** Why an engine has no expectation on any GPU of the list; undefined for an engine that was measured. */
export function whyUnmeasured(engine: EngineId): string | undefined {
  const { fit }: Engine = ENGINES[engine];
  if (fit !== undefined || engine === 'peak') return undefined;
  return engine === 'hbmark'
    ? 'no expectation: HBMark’s own speed is that of a run: give --record FILE'
    : `no expectation: ${engine} was not measured on any GPU`;
}

export const DEFAULT_ENGINE: EngineId = 'llama.cpp';
