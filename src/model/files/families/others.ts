/**
 * Models whose norms stand elsewhere than Llama's.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { architecture, GROUPED, layerByLayer } from './architecture.ts';
import { localLayers, type ModelType, shape } from './keys.ts';
import { denseMlp, groupedAttention } from './parts.ts';

/** EXAONE 4: norms behind attention and MLP only, and norms of heads. */
export const exaone4 = architecture(GROUPED, (f, keyOf) => {
  const slides = (layer: number): boolean => f.window !== undefined && (layer + 1) % (f.globalEvery ?? 4) !== 0;
  const attention = groupedAttention(f, keyOf, slides, { headNorms: true });
  const shape = { mlp: denseMlp(f), inputNorms: 'none', outputNorms: true } as const;
  return layerByLayer(f, (layer) => ({ attention: attention(layer), ...shape }));
});

/** OLMo 2 and 3: norms behind attention and MLP only, and norms of all queries and all keys. */
export const olmo2 = architecture(GROUPED, (f, keyOf) => {
  const slides = (layer: number): boolean => f.window !== undefined && (layer + 1) % 4 !== 0;
  const attention = groupedAttention(f, keyOf, slides, { headNorms: 'all heads' });
  const shape = { mlp: denseMlp(f), inputNorms: 'none', outputNorms: true } as const;
  return layerByLayer(f, (layer) => ({ attention: attention(layer), ...shape }));
});

/** Command-R and Command-A: attention and MLP read the same norm. */
export const cohere = architecture(GROUPED, (f, keyOf) => {
  const slides = (layer: number): boolean => f.window !== undefined && (layer + 1) % (f.globalEvery ?? 4) !== 0;
  const attention = groupedAttention(f, keyOf, slides, f.headNorms ? { headNorms: 'of its own' } : {});
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), inputNorms: 'shared' }));
});

export const TYPES: Readonly<Record<string, ModelType>> = {
  olmo2: { architecture: olmo2 },
  olmo3: { architecture: olmo2, defaults: { window: 4096 } },
  exaone4: { architecture: exaone4, defaults: { window: 4096 }, derive: localLayers },
  cohere: { architecture: cohere, defaults: { tied: true }, wrapped: shape(40, 8192, 22_528, 256_000, 64) },
  cohere2: {
    architecture: cohere,
    defaults: { tied: true, window: 4096 },
    wrapped: shape(40, 8192, 22_528, 256_000, 64),
  },
};
