/**
 * The MLP of a layer, from the normed stream to the vector that joins the stream: a dense one, or a router and the
 * experts that it picks, with shared experts beside them.
 *
 * Every MLP is a SwiGLU. A router's shares are a softmax over the logits of its picks, biases included. Models
 * differ only in arithmetic on some hundred numbers of a token, which moves no bytes: GeGLU (Gemma), clamps
 * (gpt-oss), a sigmoid, groups, and biases that only decide the picks (DeepSeek-V3, arXiv 2412.19437, §2.1.2).
 */

import type { Operation } from '../../../shaders/step.ts';
import { expertsTouched } from '../models/accounting.ts';
import type { ExpertsMlp } from '../models/model.ts';
import type { RunMlp } from '../models/runnable.ts';
import {
  type Activations,
  activationsFor,
  type BlockDraft,
  biasOf,
  formatOf,
  formOf,
  matrix,
  projection,
  reading,
  type StepDraft,
  tensorOf,
  type Written,
} from './plan.ts';

/** Formats of the weights that read the normed stream; the first decides in which planes the stream is stored. */
export function readerFormats(plan: StepDraft, mlp: RunMlp, layer: number): [string, ...string[]] {
  const format = (name: string) => formatOf(plan, layer, name);
  if (mlp.kind === 'dense') return [format('gate and up')];
  const shared = mlp.sharedFfn === undefined ? [] : [format('shared gate and up')];
  return [format('expert gate and up'), format('router'), ...shared];
}

/** Operations of the MLP of a layer, from the normed stream `x`. */
export const mlpOperations = (
  plan: BlockDraft,
  mlp: RunMlp,
  layer: number,
  x: Activations,
  out: Written,
): Operation[] =>
  mlp.kind === 'dense' ? denseOperations(plan, layer, x, out) : expertsOperations(plan, mlp, layer, x, out);

/** Operations of a dense MLP: gate, up and down. */
function denseOperations(plan: BlockDraft, layer: number, normed: Activations, out: Written, prefix = ''): Operation[] {
  const [up, down, gated] = [`${prefix}gate and up`, `${prefix}down`, `${prefix}gated`];
  const { columns } = tensorOf(plan, layer, down);
  const { x, planes, made } = activationsFor(plan, gated, {
    format: formatOf(plan, layer, down),
    columns,
    rows: plan.options.batch,
  });
  return [
    projection(plan, layer, up, { x: normed, y: gated, planes, form: 'gate-up' }),
    ...made,
    projection(plan, layer, down, { x, ...out }),
  ];
}

/** Maximum tokens in a tile. Each takes a sum in every thread, and in wider tiles most would be unused. */
const MAX_TILE_WIDTH = 8;

/**
 * The width of a tile: how many tokens share a reading of an expert if all are picked alike. That is B·k pairs over the
 * number of experts touched, rounded to a power of two.
 */
function tileWidth({ experts, active }: ExpertsMlp, batch: number): number {
  const pairsPerExpert = (batch * active) / expertsTouched(experts, active, batch);
  return Math.min(MAX_TILE_WIDTH, 2 ** Math.round(Math.log2(pairsPerExpert)));
}

/**
 * Operations of a mixture of experts. The router decides on the GPU which experts are read. If several tokens of a
 * batch are likely to pick the same expert, another dispatch groups their pairs; otherwise each pick is a tile.
 */
function expertsOperations(
  plan: BlockDraft,
  mlp: ExpertsMlp,
  layer: number,
  normed: Activations,
  out: Written,
): Operation[] {
  const { experts, active, sharedFfn } = mlp;
  const { batch } = plan.options;
  const width = tileWidth(mlp, batch);
  const tiles = width === 1 ? 'tiles' : 'grouped tiles';
  const isShared = sharedFfn !== undefined;
  const { x, planes, made } = activationsFor(plan, 'expert gated', {
    format: formatOf(plan, layer, 'expert down'),
    columns: tensorOf(plan, layer, 'expert down').columns,
    rows: batch * active,
  });
  const picked = (name: string, from: Activations, y: string, of: 'tokens' | 'pairs', yPlanes = 1): Operation => {
    const { format, buffers } = matrix(plan, layer, name, 'weights');
    const { rows: all, columns } = tensorOf(plan, layer, name);
    const bias = biasOf(plan, layer, name);
    const [two, rows] = of === 'tokens' ? (['gate-up', all / 2] as const) : (['plain', all] as const);
    const shape = { experts, active, rows, columns, format, batch, form: formOf(two, bias) };
    const read = reading(from);
    return {
      kernel: 'moe-gemv',
      variant: read.variant,
      params: { ...shape, seed: 1, of, order: 'pairs', planes: yPlanes, ...(width > 1 && { width }) },
      buffers: { ...buffers, ...bias, ...read.buffers, y, tiles },
    };
  };
  const groupPairs: Operation = {
    kernel: 'group-pairs',
    variant: 'portable',
    params: { batch, experts, active, width, seed: 1 },
    buffers: { tiles: 'tiles', grouped: 'grouped tiles' },
  };
  return [
    projection(plan, layer, 'router', { x: normed, y: 'router logits' }),
    {
      kernel: 'route-experts',
      variant: 'portable',
      params: { batch, experts, active },
      buffers: { logits: 'router logits', tiles: 'tiles', shares: 'shares' },
    },
    ...(width === 1 ? [] : [groupPairs]),
    picked('expert gate and up', normed, 'expert gated', 'tokens', planes),
    ...made,
    picked('expert down', x, 'expert outputs', 'pairs'),
    ...(isShared ? denseOperations(plan, layer, normed, { y: 'shared output' }, 'shared ') : []),
    {
      kernel: 'combine-experts',
      variant: 'portable',
      params: { batch, active, columns: plan.model.hidden, form: isShared ? 'shared' : 'plain' },
      buffers: {
        parts: 'expert outputs',
        shares: 'shares',
        ...(isShared && { shared_output: 'shared output' }),
        y: out.y,
      },
    },
  ];
}
