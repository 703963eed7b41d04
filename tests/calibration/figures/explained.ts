/**
 * Explained steps on a simulated device. A dispatch takes its launch, its tail, and as long as the slower of its bytes
 * and its operations: so it is known where the time of a step goes. The engine's own plan (`Explaining`) times its chains.
 */

import type { Link } from '../../../harness/decode/additions.ts';
import type { Chain, Decoder } from '../../../harness/decode/decoder.ts';
import { Explaining } from '../../../harness/decode/explaining.ts';
import { operationWork, stepWork, usesOf } from '../../../harness/decode/step-buffers.ts';
import { StepRun } from '../../../harness/decode/step-run.ts';
import { PROFILES } from '../../../harness/profiles.ts';
import { type Explanation, explanationOf } from '../../../results/derived/explained.ts';
import type { PartId } from '../../../results/derived/step-parts.ts';
import type { ClockInfo, DecodeMeasured } from '../../../results/record/schema.ts';
import { defaultTuning } from '../../../shaders/kernel.ts';
import { EMPTY, KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { operationsOf, type Step } from '../../../shaders/step.ts';
import { sourceOf } from '../../support/random.ts';
import { type SimulatedDevice, Simulation, simulatedClock, simulatedPass } from '../device/device.ts';
import { SIMULATED } from '../device/kernels.ts';
import { caseRun, clockOf, measureAll, PRE_ROLL_MS, uniformOf } from './calibrate.ts';

/** The device of an explained step. */
export interface ExplainedDevice extends SimulatedDevice {
  /** The time that a dispatch takes beyond its launch and its work, in ms. An empty one has none. */
  readonly tailMs: number;
}

const PROFILE = PROFILES.quick;

/** The time of each link of a chain that is repeated, in ms. */
function linksMs(simulation: Simulation, { tailMs, gflops }: ExplainedDevice, links: readonly Link[]): number[] {
  const lastUse = new Map<string, number>();
  let streamed = 0;
  const once = () =>
    links.map(({ operation, added }) => {
      if (operation.kernel === EMPTY.kernel) return simulation.device.dispatchMs;
      const { bytesRead, bytesWritten, flops } = operationWork(KERNEL_FOLDERS, operation);
      const bytes = bytesRead + bytesWritten;
      if (added === 'unread') return simulation.dispatchMs(0, flops) + tailMs;
      const uses = usesOf(KERNEL_FOLDERS, operation).filter(({ input }) => input?.kind === 'streamed');
      const since = uses.map(({ buffer }) => streamed - (lastUse.get(buffer) ?? Number.NEGATIVE_INFINITY));
      for (const use of uses) streamed += use.bytes;
      for (const { buffer } of uses) lastUse.set(buffer, streamed);
      const gbps = simulation.gbpsOf(uses.length > 0 ? Math.min(...since) : Number.POSITIVE_INFINITY);
      const share = added === 'half' ? 1 / 2 : 1;
      return simulation.device.dispatchMs + tailMs + (share * Math.max(bytes / gbps, flops / gflops)) / 1e6;
    });
  once();
  return once();
}

function decoderOf(simulation: Simulation, device: ExplainedDevice, step: Step): Decoder {
  const msOf = (links: readonly Link[]) => linksMs(simulation, device, links).reduce((sum, ms) => sum + ms, 0);
  const known = new Map<Chain, number>();
  const chainOf = (links: readonly Link[]): Chain => {
    const chain: Chain = { dispatches: links.length, bytesEach: [], record() {} };
    known.set(chain, msOf(links));
    return chain;
  };
  const plain = chainOf(operationsOf(step).map((operation) => ({ operation })));
  return {
    ...{ step: { ...step, results: {} }, dispatchesPerStep: plain.dispatches, bytes: 0, begin() {}, destroy() {} },
    encode: (steps, passes = 1, chain = plain) =>
      Array.from({ length: passes }, () =>
        simulatedPass((steps * chain.dispatches) / passes, (steps * (known.get(chain) ?? 0)) / passes),
      ),
    chain: async (links) => chainOf(links),
    words: () => () => 0,
    view: () => {
      throw new Error('it has no buffers');
    },
    read: async () => new Uint32Array(),
  };
}

/** Explains `step` on a device, as a run would. */
export async function explainOn(device: ExplainedDevice, step: Step, seed: number): Promise<Explanation | undefined> {
  const simulation = new Simulation(device, uniformOf(seed));
  const random = sourceOf(seed, 'steps');
  const kind = clockOf(device);
  const clock = simulatedClock(simulation, kind, PRE_ROLL_MS);
  const sizes = [64, 128, 256].map((MiB) => ({ bytes: MiB * 2 ** 20 }));
  const reads = sizes.map((size) => caseRun(simulation, PROFILE, SIMULATED.ceiling, size));
  const measurements = await measureAll(simulation, PROFILE, reads, seed);
  const decoder = decoderOf(simulation, device, step);
  const { regionMs } = PROFILE;
  const stepMs = linksMs(
    simulation,
    device,
    operationsOf(step).map((operation) => ({ operation })),
  ).reduce((sum, ms) => sum + ms, 0);
  const run = new StepRun({ clock, decoder, precision: PROFILE, firstLookMs: stepMs });
  for (let round = 0; run.settled() === undefined; round++) {
    await run.visit({ round, random, sinceStartMs: () => simulation.ms });
  }
  const options = {
    clock,
    decoder,
    kernels: KERNEL_FOLDERS,
    empty: EMPTY,
    stepMs: run.stepMs?.value ?? stepMs,
    regionMs,
  };
  const explaining = await Explaining.of(options);
  for (const startMs = simulation.ms; !explaining.isEnough(simulation.ms - startMs); ) {
    await explaining.round(
      random,
      () => simulation.ms,
      () => undefined,
    );
  }
  const m: Partial<DecodeMeasured> = {
    status: 'measured',
    ...{ samples: [...run.samples], discarded: [], explained: explaining.measured() },
    ...{ work: { ...stepWork(KERNEL_FOLDERS, step) }, dispatches: decoder.dispatchesPerStep },
    case: { model: 'simulated', weights: 'int4-g32', kv: 'f16', batch: 1, context: 1 },
  };
  const known: Partial<ClockInfo> = { trusted: kind, wallQuantumMs: device.wallQuantumMs };
  return explanationOf(m as DecodeMeasured, { clock: known as ClockInfo, measurements });
}

/** Where the time of `step` goes on a device, in ms, when nothing disturbs it and no cache helps. */
export function trueParts(device: ExplainedDevice, step: Step): Readonly<Record<PartId, number>> {
  const { gbps, gflops, dispatchMs, tailMs } = device;
  const parts = { bytes: 0, arithmetic: 0, launch: 0, tail: 0, rest: 0 };
  for (const operation of operationsOf(step)) {
    const kernel = KERNEL_FOLDERS.get(operation.kernel);
    const { bytesRead, bytesWritten, flops } = operationWork(KERNEL_FOLDERS, operation);
    const bytesMs = (bytesRead + bytesWritten) / gbps / 1e6;
    const beyondMs = Math.max(0, flops / gflops / 1e6 - bytesMs);
    const isOne =
      kernel?.workgroups(operation.params, {
        ...defaultTuning(kernel, operation.variant, operation.params),
        ...operation.tuning,
      }) === 1;
    const streams = usesOf(KERNEL_FOLDERS, operation).some(({ input }) => input?.kind === 'streamed');
    parts.bytes += bytesMs;
    parts.launch += dispatchMs;
    parts.tail += tailMs + (isOne ? beyondMs : 0);
    if (!isOne) parts[streams ? 'arithmetic' : 'rest'] += beyondMs;
  }
  return parts;
}
