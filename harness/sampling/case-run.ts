/** The measuring of one case: it is visited once a round, and its output is checked after every visit. */

import type { Measured, Measurement, Spots, Stopped, Verification } from '../../results/record/schema.ts';
import type { Estimate } from '../../results/statistics.ts';
import type { Clock } from '../clock/clock.ts';
import { checked, type Gpu } from '../device/device.ts';
import type { KernelCase } from '../device/program.ts';
import type { Precision } from '../profiles.ts';
import { caseRecord } from './plan.ts';
import type { Prepared } from './prepared.ts';
import { Sampler, type Visit, type VisitOptions } from './sampler.ts';
import { Samples } from './samples.ts';
import type { Enough } from './settling.ts';
import { Comparison } from './verify.ts';

export interface CaseRunOptions {
  readonly gpu: Gpu;
  readonly clock: Clock;
  readonly precision: Precision;
  readonly kernelCase: KernelCase;
  readonly prepared: Prepared;
  /** The verification of the kernel's examples, which were right. */
  readonly verification: Verification;
  /** About how long a dispatch takes, in ms. */
  readonly firstLookMs: number;
  /** The measurement of this case by an earlier device or session of the run, if it is unfinished. */
  readonly earlier?: Measured | undefined;
}

export class CaseRun {
  readonly #options: CaseRunOptions;
  readonly #sampler: Sampler;
  readonly #samples: Samples;
  readonly #checks: { round: number; region: number; checksum: string }[] = [];
  /** Outputs of the first check. */
  #spots: Spots | undefined;
  /** The verification of the examples and, in a resumed case, of the outputs that were compared before. */
  readonly #verified: Verification;
  /** The outputs of all visits on this device. */
  readonly #comparison = new Comparison();
  #wrong: string | undefined;
  #stopped: Stopped | undefined;

  constructor(options: CaseRunOptions) {
    this.#options = options;
    const { clock, precision, prepared, firstLookMs, earlier, verification } = options;
    this.#verified = earlier ? worseOf(earlier.verification, verification) : verification;
    this.#sampler = new Sampler({ clock, workload: prepared, firstLookMs, regionMs: precision.regionMs });
    this.#samples = new Samples(clock, precision);
    if (!earlier) return;
    const { samples, discarded, rotationBytes, checks, spots } = earlier;
    if (rotationBytes === prepared.rotationBytes) {
      this.#samples.resume(samples, discarded);
      this.#checks.push(...checks);
      this.#spots = spots;
    } else {
      // A different rotation has a different rate if a cache holds a part of it.
      const reason = `it rotated through ${rotationBytes} bytes, and now does through ${prepared.rotationBytes}`;
      this.#samples.resume([], [...discarded, ...samples.map((sample) => ({ ...sample, reason }))]);
    }
  }

  get precision(): Precision {
    return this.#options.precision;
  }

  /** Whether the case is still to be visited. */
  get active(): boolean {
    return this.#stopped === undefined && this.#wrong === undefined;
  }

  /** The time of a dispatch in ms; undefined while no round has two lengths. */
  get dispatchMs(): Estimate | undefined {
    return this.#samples.unitMs;
  }

  /** Returns why the samples are enough, or undefined. Ask it after every visit. */
  settled(): Enough | undefined {
    return this.#samples.settled();
  }

  stop(why: Stopped): void {
    this.#stopped ??= why;
    this.destroy();
  }

  destroy(): void {
    this.#options.prepared.destroy();
  }

  /** Takes a sample of each region length, and checks the output of the last dispatch. @throws GpuError */
  async visit(options: VisitOptions): Promise<Visit> {
    const { gpu, prepared } = this.#options;
    return checked(gpu.device, async () => {
      const visit = await this.#sampler.visit(options);
      this.#samples.add(visit);
      const { region, checksum, spots } = await prepared.check(options.random, this.#comparison);
      this.#spots ??= spots;
      this.#judge(options.round, region, checksum);
      return visit;
    });
  }

  #judge(round: number, region: number, checksum: string): void {
    const before = this.#checks.find((check) => check.region === region);
    this.#wrong ??=
      this.#comparison.wrong(this.#verified.tolerance) ??
      (before && before.checksum !== checksum
        ? `the same input gave checksum ${before.checksum} in round ${before.round} and ${checksum} in round ${round}`
        : undefined);
    this.#checks.push({ round, region, checksum });
  }

  /** Returns the measurement of the case so far, as a record has it. */
  measurement(): Measurement {
    const { kernelCase, prepared } = this.#options;
    const { kernel, variant, params, tuning } = kernelCase;
    const { outputs, nmse } = this.#comparison;
    const verification = worseOf(this.#verified, {
      ...this.#verified,
      outputs: this.#verified.outputs + outputs,
      nmse,
    });
    const common = { case: caseRecord(kernelCase), verification };
    if (this.#wrong !== undefined) return { status: 'wrong', ...common, reason: this.#wrong };
    return (
      this.#samples.withoutSlope(common.case) ?? {
        status: 'measured',
        ...common,
        work: { ...kernel.work(params, tuning, variant) },
        rotationBytes: prepared.rotationBytes,
        ...(prepared.isWorkingSet && { workingSetBytes: prepared.rotationBytes }),
        preRollDispatches: this.#sampler.preRollUnits,
        checks: [...this.#checks],
        ...(this.#spots && { spots: this.#spots }),
        samples: [...this.#samples.believed],
        discarded: [...this.#samples.discarded],
        stopped: this.#stopped ?? 'cancelled',
      }
    );
  }
}

/** Returns what two verifications of one kernel show together: the larger number of outputs, and the larger error. */
function worseOf(a: Verification, b: Verification): Verification {
  const worst = Math.max(a.nmse ?? Number.NaN, b.nmse ?? Number.NaN);
  return { ...a, outputs: Math.max(a.outputs, b.outputs), nmse: Number.isFinite(worst) ? worst : null };
}
