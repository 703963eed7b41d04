/** Short runs of the whole engine on this project's adapter, and hosts that misbehave. */

import { testHost } from '#host';
import type { RunEvent } from '../../harness/events.ts';
import type { Host } from '../../harness/host.ts';
import { PROFILES, type Profile } from '../../harness/profiles.ts';
import { type RunOptions, run } from '../../harness/run/run.ts';
import type { RunRecord } from '../../results/record/schema.ts';
import { KERNELS } from '../../shaders/registry.ts';
import { HANG_MS } from './patience.ts';

/** A profile like `quick` that is over in seconds. On a busy machine it takes longer, and measures as much. */
export const BRIEF: Profile = {
  ...PROFILES.quick,
  endMs: { gpu: HANG_MS, software: HANG_MS },
  minRounds: 2,
  warmUpMs: 100,
  measureMs: 1500,
  regionMs: 20,
  poolBytes: 64 * 2 ** 20,
  sizes: 3,
  smallestBytes: 2 ** 16,
  largestBytes: 2 ** 20,
};

/** Runs to the end, and returns the record and all events. */
export async function finish(
  host: Host,
  options: Partial<RunOptions> = {},
  onEvent: (event: RunEvent) => void = () => {},
): Promise<{ record: RunRecord; events: RunEvent[] }> {
  const events: RunEvent[] = [];
  const defaults: RunOptions = {
    kernels: KERNELS,
    profile: BRIEF,
    seed: 1,
    harness: { version: '0.0.0', commit: null },
    reported: {},
    signal: { aborted: false },
  };
  for await (const event of run(host, { ...defaults, ...options })) {
    events.push(event);
    onEvent(event);
  }
  const last = events.at(-1);
  if (last?.type !== 'done') throw new Error(`the last event was ${last?.type}`);
  return { record: last.record, events };
}

/** Returns the changes that take timestamp queries away from an adapter. */
export const withoutTimestamps = (adapter: GPUAdapter): Partial<GPUAdapter> => {
  // The engine only needs a set. A GPUSupportedFeatures cannot be made.
  const features: ReadonlySet<string> = new Set([...adapter.features].filter((f) => f !== 'timestamp-query'));
  return { features: features as GPUSupportedFeatures };
};

/** Returns the host with changes to its adapter, and so to its device; without an adapter if `change` returns null. */
export async function hostWith(change: (adapter: GPUAdapter) => Partial<GPUAdapter> | null): Promise<Host> {
  const host = await testHost();
  const requestAdapter = async () => {
    const adapter = await host.gpu.requestAdapter();
    if (!adapter) throw new Error('this project has no adapter');
    const changes = change(adapter);
    if (changes === null) return null;
    const { features, limits, info } = adapter;
    return { features, limits, info, requestDevice: adapter.requestDevice.bind(adapter), ...changes } as GPUAdapter;
  };
  return { ...host, gpu: { requestAdapter } as GPU };
}
