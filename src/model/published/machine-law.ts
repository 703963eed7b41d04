/**
 * One law for all models of a machine, so that it can say something of a model that it has not seen:
 *
 *     T = n·t_d + b·B + onset·[B > 1] + W_r(B)/β_w + ρ·c·B/β_kv
 *
 * The costs belong to the machine and the engine: a fixed cost for each of n dispatches, one for each sequence, and the
 * onset of the engine's other kernels. W_r(B) counts experts with γ (`models/accounting.ts`), which is fitted too.
 */

import { mean } from 'simple-statistics';
import type { BatchedTable } from '../../../results/reference/published.ts';
import { dispatchesOf } from '../gemv-line/matrix-uses.ts';
import { leastSquaresNonNegative } from '../law/least-squares.ts';
import { type LawPoint, weightBytesOf } from '../law/point.ts';
import { modelById } from '../models/predicted.ts';
import { batchedPoints } from './batched.ts';

/** A step of a model, for every γ that is tried. */
interface ModelStep {
  readonly model: string;
  readonly dispatches: number;
  readonly batch: number;
  /** The step's point at each of `ROUTINGS`. */
  readonly points: readonly LawPoint[];
}

/** The γ that are tried. */
export const ROUTINGS: readonly number[] = Array.from({ length: 13 }, (_, i) => (40 + 5 * i) / 100);

export interface MachineLaw {
  /** γ, as fitted. */
  readonly routing: number;
  readonly dispatchMs: number;
  readonly sequenceMs: number;
  readonly onsetMs: number;
  readonly weightGbps: number;
  readonly kvGbps: number;
}

/** Errors of a prediction of steps that the fit has not seen. */
export interface Transfer {
  /** What was left out, in plain words. */
  readonly leftOut: string;
  readonly steps: number;
  /** Mean absolute error, relative. */
  readonly mape: number;
  /** γ of the fit of the others. */
  readonly routing: number;
}

export interface MachineLawResult {
  readonly law: MachineLaw;
  /** Each model, predicted from the others. */
  readonly models: readonly Transfer[];
  /** The larger batches of each model, predicted from batches of all models up to `SMALL`. */
  readonly batches: readonly Transfer[];
  /** β_w by model with experts, where each model has its own, and the other costs are shared. */
  readonly expertGbps: Readonly<Record<string, number>>;
}

/** Up to this batch, steps are seen when larger batches are predicted. */
const SMALL = 4;

type Design = (step: ModelStep, point: LawPoint) => number[];

const machineDesign: Design = ({ dispatches, batch }, point) => [
  dispatches,
  batch,
  batch > 1 ? 1 : 0,
  weightBytesOf(point) / 1e9,
  point.kvBytes / 1e9,
];

/**
 * What is known of γ before any step is timed: prompts of 512 tokens touched 72 to 95 of gpt-oss-120b's 128 experts
 * (ggml-org/llama.cpp#15346), which is γ = 0.52 to 0.60. Small batches cannot tell γ from the onset.
 */
const PRIOR = { routing: 0.6, deviation: 0.1 };

/** The relative error of a model about the law. The steps of a model are off together, and tell no more than one. */
const ERROR = 0.05;

interface Fit {
  /** Index into `ROUTINGS`. */
  readonly at: number;
  readonly costs: readonly number[];
  readonly loss: number;
}

const pointAt = ({ points }: ModelStep, at: number): LawPoint => points[at] as LawPoint;

const timeOf = (step: ModelStep, { at, costs }: Fit, design: Design): number =>
  design(step, pointAt(step, at)).reduce((ms, amount, i) => ms + amount * (costs[i] as number), 0);

function fittedTo(steps: readonly ModelStep[], design: Design, routings = ROUTINGS.keys()): Fit {
  const fits = [...routings].map((at): Fit => {
    const rows = steps.map((step) => {
      const point = pointAt(step, at);
      return design(step, point).map((amount) => amount / point.ms.value);
    });
    const costs = leastSquaresNonNegative(
      rows,
      rows.map(() => 1),
    );
    const off = rows.map((row) => row.reduce((total, amount, i) => total + amount * (costs[i] as number), -1));
    const doubt = ((ROUTINGS[at] as number) - PRIOR.routing) / PRIOR.deviation;
    const models = new Set(steps.map(({ model }) => model)).size;
    return { at, costs, loss: models * mean(off.map((one) => (one / ERROR) ** 2)) + doubt ** 2 };
  });
  return fits.reduce((best, one) => (one.loss < best.loss ? one : best));
}

function transfer(leftOut: string, seen: readonly ModelStep[], unseen: readonly ModelStep[]): Transfer {
  const fitted = fittedTo(seen, machineDesign);
  const errors = unseen.map((step) => Math.abs(timeOf(step, fitted, machineDesign) / pointAt(step, 0).ms.value - 1));
  return { leftOut, steps: unseen.length, mape: mean(errors), routing: ROUTINGS[fitted.at] as number };
}

/** The law of a table's machine, and how well it says what it has not seen. */
export function machineLaw(table: BatchedTable): MachineLawResult {
  const steps = table.models.flatMap((published): ModelStep[] => {
    const byRouting = ROUTINGS.map((routing) => batchedPoints(table, published, routing));
    const dispatches = dispatchesOf(modelById(published.model));
    return published.rows.map(({ batch }, i) => ({
      ...{ model: published.model, dispatches, batch },
      points: byRouting.map((points) => points[i] as LawPoint),
    }));
  });
  const all = fittedTo(steps, machineDesign);
  const [dispatchMs = 0, sequenceMs = 0, onsetMs = 0, weights = 0, kv = 0] = all.costs;
  const names = table.models.map(({ model }) => model);
  const small = steps.filter(({ batch }) => batch <= SMALL);
  const withExperts = names.filter((id) => modelById(id).layers.some(({ mlp }) => mlp.kind === 'experts'));
  const byModel: Design = (step, point) => {
    const [weightless, kvCost] = [machineDesign(step, point).slice(0, 3), point.kvBytes / 1e9];
    return [...weightless, kvCost, ...names.map((name) => (name === step.model ? weightBytesOf(point) / 1e9 : 0))];
  };
  const own = fittedTo(steps, byModel, [all.at].values());
  return {
    law: {
      ...{ routing: ROUTINGS[all.at] as number, dispatchMs, sequenceMs, onsetMs },
      ...{ weightGbps: 1000 / weights, kvGbps: 1000 / kv },
    },
    models: names.map((name) =>
      transfer(
        name,
        steps.filter(({ model }) => model !== name),
        steps.filter(({ model }) => model === name),
      ),
    ),
    batches: names.map((name) =>
      transfer(
        `${name}, batches above ${SMALL}`,
        small,
        steps.filter(({ model, batch }) => model === name && batch > SMALL),
      ),
    ),
    expertGbps: Object.fromEntries(
      withExperts.map((name) => [name, 1000 / (own.costs[4 + names.indexOf(name)] as number)]),
    ),
  };
}
