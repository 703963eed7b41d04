/** Which models have kernels for all that their layers do. */

import type { DenseMlp, ExpertsMlp, GroupedAttention, LatentAttention, Layer, Model } from './model.ts';

/** Attention that there are kernels for. */
export type RunAttention = GroupedAttention | LatentAttention;
export type RunMlp = DenseMlp | ExpertsMlp;

export interface RunLayer extends Layer {
  readonly attention: RunAttention;
  readonly mlp: RunMlp;
}

/** A model that can be run. */
export interface RunModel extends Model {
  readonly layers: readonly RunLayer[];
}

/** What a layer does that no kernel does yet. */
function missingIn({ attention: a, beside, mlp, inputNorms, extras }: Layer): string[] {
  const grouped = a.kind === 'grouped' ? a : undefined;
  const when = (is: boolean | undefined, what: string): string[] => (is ? [what] : []);
  return [
    ...when(
      [a, beside].some((one) => one?.kind === 'delta' || one?.kind === 'mamba' || one?.kind === 'recurrent'),
      'recurrent states',
    ),
    ...when(a.kind === 'compressed', 'compressed caches'),
    ...when((a.kind === 'grouped' || a.kind === 'latent') && a.picks !== undefined, 'sparse reads of a cache'),
    ...when(a.kind === 'none' || mlp.kind === 'none', 'only attention or only an MLP'),
    ...when(a.kind === 'linear' || mlp.kind === 'linear', 'a matrix in place of attention or an MLP'),
    ...when(grouped?.chunked, 'attention in chunks'),
    ...when(grouped?.valueDim !== undefined, 'values of another width than keys'),
    ...when((a.kind === 'grouped' || a.kind === 'latent') && Boolean(a.outputGate), 'gated outputs of attention'),
    ...when(grouped?.queryRank !== undefined, 'compressed queries of KV heads'),
    ...when(grouped?.differential, 'differential attention'),
    ...when(grouped?.valuesOfKeys, 'values made of keys'),
    ...when(grouped?.readsCacheBefore, 'the cache of a layer before'),
    ...when(typeof grouped?.headNorms === 'string', 'norms over all heads, or of each head'),
    ...when(beside !== undefined, 'two mixers side by side'),
    ...when(inputNorms !== undefined, 'shared or no norms before attention and MLP'),
    ...when(
      (extras?.length ?? 0) > 0,
      (extras ?? [])
        .map(({ name }) => name)
        .slice(0, 2)
        .join(', '),
    ),
    ...when((mlp.kind === 'dense' || mlp.kind === 'experts') && mlp.ungated, 'MLPs without gates'),
    ...when(mlp.kind === 'experts' && mlp.latentDim !== undefined, 'experts behind a projection'),
    ...when(mlp.kind === 'experts' && mlp.sharedGate, 'gated shared experts'),
  ];
}

/**
 * What a model does that no kernel does yet, as "30 of 40 layers: recurrent states; …". Undefined for a model that can
 * be run. A step without it would not be the model's, so none is composed.
 */
export function withoutKernels({ layers, extras = [] }: Model): string | undefined {
  const counts = new Map<string, number>();
  for (const layer of layers) for (const what of missingIn(layer)) counts.set(what, (counts.get(what) ?? 0) + 1);
  const found = [...counts].map(([what, count]) => `${what} (${count} of ${layers.length} layers)`);
  const outside = extras.map(({ name }) => name);
  const all = [...found, ...outside];
  return all.length > 0 ? all.join(', ') : undefined;
}

/** A model as one that can be run. @throws RangeError saying what no kernel does yet */
export function runnable(model: Model): RunModel {
  const without = withoutKernels(model);
  if (without !== undefined) throw new RangeError(`${model.id} cannot be run: no kernel does yet: ${without}`);
  return model as RunModel;
}
