/**
 * GLM-4 to 4.6.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`, `configuration_<type>.py`).
 */

import { type Architecture, architecture, BASE, GROUPED, layerByLayer } from './architecture.ts';
import { type ModelType, shape, withDefaults } from './keys.ts';
import { deepseekExperts, denseMlp, EXPERTS, groupedAttention, mlps } from './parts.ts';

/** GLM-4.5 and 4.6. */
export const glm4Moe = architecture([...BASE, ...EXPERTS, 'queryHeads', 'denseLayers'] as const, (f, keyOf) => {
  const unbiased = { ...f, outputBias: false };
  const attention = groupedAttention(unbiased, keyOf, () => false, f.headNorms ? { headNorms: true } : {});
  const experts = deepseekExperts({ routerBias: true, ...f }, keyOf);
  const mlp = mlps(f, keyOf, experts, (layer) => layer >= f.denseLayers);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

/** GLM-4, whose queries, keys and values may have biases, and its successor, whose outputs are normed too. */
const ofGlm = (outputNorms: boolean): Architecture =>
  architecture(GROUPED, (f, keyOf) => {
    const attention = groupedAttention({ ...f, qkvBias: f.qkvBias ?? true, outputBias: false }, keyOf, () => false);
    return layerByLayer(f, (layer) => ({
      attention: attention(layer),
      mlp: denseMlp(f),
      ...(outputNorms && { outputNorms }),
    }));
  });
export const glm = ofGlm(false);
export const glm4 = ofGlm(true);

const GLM4_MOE: ModelType = { architecture: glm4Moe, defaults: { denseLayers: 1 } };

export const TYPES = withDefaults(
  {
    glm: { architecture: glm, defaults: { headDim: 128 } },
    glm4: { architecture: glm4, defaults: { headDim: 128 } },
    glm4v: { architecture: glm4, wrapped: shape(40, 4096, 13_696, 151_552, 32, 2) },
    glm4_moe: GLM4_MOE,
    glm4v_moe: { ...GLM4_MOE, wrapped: { ...shape(46, 4096, 10_944, 151_424, 96, 8), attention_bias: true } },
    solar_open: { architecture: glm4Moe, defaults: { denseLayers: 0, headDim: 128 } },
  },
  {
    glm: { kvHeads: 2 },
    glm4: { kvHeads: 2 },
    solar_open: { kvHeads: 8, sharedExperts: 1 },
  },
);
