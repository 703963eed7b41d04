/**
 * What the planner's worker offers the page: models out of files, and what their steps would take of memory. It has no
 * GPU, and is started when a model is first asked for.
 */

import type { MemoryPlan } from '../../../harness/decode/memory-plan.ts';
import type { Limits } from '../../../harness/decode/step-buffers.ts';
import type { DecodeCase } from '../../../results/schema.ts';
import type { Model } from '../../model/models/model.ts';
import type { DecodeRequest } from '../../model/request/request.ts';

/** A step that was asked for: its plan, or why it cannot run. */
export interface StepPlan {
  readonly case: DecodeCase;
  readonly plan: MemoryPlan | string;
}

export interface StepPlans {
  readonly steps: readonly StepPlan[];
  /** Most memory for one step. */
  readonly budgetBytes: number;
}

/** Of a file. */
export interface ReadFile {
  readonly model: Model;
  /** The format of ours that most of its weights are nearest to; null for a file without weights. */
  readonly weights: string | null;
  /** How that differs from the file, in a line; empty where it does not. */
  readonly differs: string;
}

export interface PlannerApi {
  /** The model of files that were picked or dropped together, or what is wrong with them in one line. Only headers are read. */
  read(files: readonly File[]): Promise<ReadFile | string>;
  plan(request: DecodeRequest, limits: Limits, budgetBytes: number): Promise<StepPlans>;
}
