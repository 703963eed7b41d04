/**
 * What the planner's worker offers the page: it reads models from files, and plans the memory of their decode steps. It
 * needs no GPU, and is started when a model is first chosen.
 */

import type { MemoryPlan } from '../../../harness/decode/memory-plan.ts';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import type { DecodeCase } from '../../../results/record/schema.ts';
import type { Model } from '../../model/models/model.ts';
import type { DecodeRequest } from '../../model/request/request.ts';

/** The memory plan of one decode step. */
export interface StepPlan {
  readonly case: DecodeCase;
  /** The plan, or as text the reason why the step cannot run. */
  readonly plan: MemoryPlan | string;
}

export interface StepPlans {
  readonly steps: readonly StepPlan[];
  /** The maximum memory of one step. */
  readonly budgetBytes: number;
}

/** A model that was read from a file. */
export interface ReadFile {
  readonly model: Model;
  /** The kernels' format that most of its weights are nearest to. Null: the file has no weights. */
  readonly weights: string | null;
  /** A line on how `weights` differs from the file's formats. Empty: it does not. */
  readonly differs: string;
}

export interface PlannerApi {
  /**
   * Reads the model of files that were picked or dropped together. Only headers are read.
   * @returns text in one line, if something is wrong with the files
   */
  read(files: readonly File[]): Promise<ReadFile | string>;
  plan(request: DecodeRequest, limits: Limits, budgetBytes: number): Promise<StepPlans>;
}
