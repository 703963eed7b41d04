/** The GPU's run with its first step explained, as the times of a simple machine would explain it. */

import { type StepKernel, stepKernels } from '../../../harness/decode/additions.ts';
import { stepWork } from '../../../harness/decode/step-buffers.ts';
import { isTimedStep } from '../../../results/derived/decode.ts';
import { bytesMoved } from '../../../results/record/cases.ts';
import type { DecodeMeasured, ExplainedKernel, RunRecord, Sample } from '../../../results/record/schema.ts';
import { defaultTuning } from '../../../shaders/kernel.ts';
import { KERNEL_FOLDERS } from '../../../shaders/registry.ts';
import { dispatchesIn } from '../../../shaders/step.ts';
import { modelOfCase } from '../../model/models/index.ts';
import { allIn } from '../../model/models/tensors.ts';
import { stepOf } from '../../model/step/step.ts';
import { samplesOf as regionsOf } from './gpu-record.ts';

/** The machine: what a dispatch takes to start, and its tail; and what a byte takes in memory, and in instructions. */
const [LAUNCH_MS, TAIL_MS, MS_PER_BYTE] = [0.004, 0.003, 1 / 380e6];

/** The time of instructions alone over that of bytes, by kernel. */
const instructionsOf = ({ operation: { kernel } }: StepKernel): number => (kernel === 'attention' ? 1.6 : 0.7);

/** How much longer memory takes than it would at the read bandwidth. */
const SLOWER = 1.08;

/** The steps of a region, and the rounds. */
const [STEPS, ROUNDS] = [16, 6];

function samplesOf(stepMs: number, nth: number): Sample[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const off = 0.001 * Math.sin(12.9 * round + 78.2 * nth);
    const gpuMs = Math.round(1e6 * STEPS * stepMs * (1 + off)) / 1e6;
    return { round, dispatches: STEPS, atMs: 900_000 + 1000 * round + 10 * nth, gpuMs, wallMs: gpuMs + 0.2 + off };
  });
}

function kernelOf(kernel: StepKernel, stepMs: number, nth: number): ExplainedKernel {
  const { operation, places, workgroups, streams, work } = kernel;
  const n = places.length;
  const bytesMs = bytesMoved(work) * MS_PER_BYTE;
  const instructionsMs = instructionsOf(kernel) * bytesMs;
  const startMs = n * (LAUNCH_MS + TAIL_MS);
  const growsMs = Math.max(SLOWER * bytesMs, instructionsMs);
  const own = KERNEL_FOLDERS.get(operation.kernel);
  return {
    ...{ kernel: operation.kernel, variant: operation.variant, params: { ...operation.params } },
    ...{
      tuning: { ...(own && defaultTuning(own, operation.variant, operation.params)), ...operation.tuning },
      dispatches: n,
      workgroups,
      work: { ...work },
      added: 1,
    },
    rotationBytes: streams ? 4e9 : 0,
    whole: samplesOf(stepMs + startMs + growsMs, nth),
    ...(workgroups > 1 && { half: samplesOf(stepMs + startMs + growsMs / 2, nth + 1) }),
    ...(workgroups > 1 && streams && { unread: samplesOf(stepMs + startMs + instructionsMs, nth + 2) }),
  };
}

/** Explains the first step of the record. */
export function explainFirst(record: RunRecord): void {
  const m = firstOf(record);
  const model = m && modelOfCase(m.case.model);
  if (!m || !model) return;
  const { weights, kv, batch, context } = m.case;
  const step = stepOf(model, { formats: allIn(weights), kv, batch, context, maxSteps: 64 });
  const kernels = stepKernels(KERNEL_FOLDERS, step);
  const alone = kernels.map((kernel, i) => kernelOf(kernel, 0, 3 * i));
  const stepMs = alone.reduce((sum, { whole: [first] }) => sum + (first?.gpuMs ?? 0) / STEPS, 0.02);
  Object.assign(m, { dispatches: dispatchesIn(step), work: { ...stepWork(KERNEL_FOLDERS, step) } });
  m.samples = regionsOf(stepMs);
  m.explained = {
    status: 'measured',
    plain: samplesOf(stepMs, 0),
    empty: { added: m.dispatches, samples: samplesOf(stepMs + m.dispatches * LAUNCH_MS, 1) },
    kernels: kernels.map((kernel, i) => kernelOf(kernel, stepMs, 3 * i)),
  };
}

/** Says of the first step of the record that it is not explained. */
export function explainNot(record: RunRecord): void {
  const m = firstOf(record);
  if (!m) return;
  const reason = 'explaining a step must take no longer than 150 s; 3 rounds of it take 412 s here';
  m.explained = { status: 'skipped', reason };
}

const firstOf = ({ decode = [] }: RunRecord): DecodeMeasured | undefined => decode.find(isTimedStep);
