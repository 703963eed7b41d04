/** The winners of this machine: those that the driver gave, or else those that this browser keeps. */

import { z } from 'zod';
import type { Host } from '../../../../harness/host.ts';
import { PROFILES } from '../../../../harness/profiles.ts';
import type { TuneEvent } from '../../../../harness/tuning/events.ts';
import { coverageOf, tuneKernels } from '../../../../harness/tuning/session.ts';
import { standing, winnerSchema, withTuned } from '../../../../harness/tuning/store.ts';
import { machineDigest, type Winner } from '../../../../harness/tuning/winners.ts';
import type { AdapterInfo, HostInfo } from '../../../../results/record/schema.ts';
import type { Kernel } from '../../../../shaders/kernel.ts';
import { KERNELS } from '../../../../shaders/registry.ts';
import type { TuneRequest } from '../../../session/requests.ts';
import { kernelsOf, tuneOptions } from '../../../session/run-options.ts';
import type { Inspection, OnEvent, TuningsKnown } from '../api.ts';
import { inTurn } from '../interruptions/turn.ts';
import { beginSession, deliver, inspect } from '../session.ts';
import { growthLog, learnedLimit } from './growth-store.ts';
import { forgetMachine, readMachine, writeMachine } from './tuning-store.ts';

/** The winners that the driver gave. Undefined: it gave none, and the browser's count. */
let given: readonly Winner[] | undefined;

/** @throws ZodError if `winners` is not a list of winners */
export function giveWinners(winners: unknown): void {
  given = z.array(winnerSchema).parse(winners);
}

const digestOf = ({ adapter, host }: Inspection): string => machineDigest(adapter, host);

export async function winnersOf(adapter: AdapterInfo, host: HostInfo): Promise<readonly Winner[]> {
  return given ?? standing(await readMachine(digestOf({ adapter, host })), KERNELS.measured);
}

export async function knownTunings(host: Host): Promise<TuningsKnown> {
  const machine = await inspect(host);
  const winners = await winnersOf(machine.adapter, machine.host);
  const kept = given ? undefined : await readMachine(digestOf(machine));
  const dates = (kept?.winners ?? []).map(({ at }) => at).sort();
  return {
    ...coverageOf(winners, KERNELS.measured, machine.adapter, PROFILES.kernels),
    latest: dates.at(-1) ?? null,
  };
}

export async function forgetTunings(host: Host): Promise<void> {
  await forgetMachine(digestOf(await inspect(host)));
}

/** Tunes kernels, and keeps every winner as soon as it is known. */
export async function tune(host: Host, request: TuneRequest, onEvent: OnEvent): Promise<void> {
  const signal = beginSession();
  const machine = await inspect(host);
  await inTurn(signal, onEvent, async () => {
    const growth = { growthLog: growthLog(), learnedLimit: await learnedLimit() };
    const events = tuneKernels(host, tuneOptions(request, { ...growth, winnersOf, signal }));
    await deliver(keeping(events, machine, kernelsOf(request)), onEvent);
  });
}

async function* keeping(events: AsyncIterable<TuneEvent>, machine: Inspection, kernels: readonly Kernel[]) {
  const key = digestOf(machine);
  for await (const event of events) {
    if (event.type === 'tuned') {
      const addition = { ...machine, kernels, tuned: [event.tuned], at: new Date().toISOString() };
      await writeMachine(key, withTuned(await readMachine(key), addition));
      given &&= [event.tuned, ...given];
    }
    yield event;
  }
}
