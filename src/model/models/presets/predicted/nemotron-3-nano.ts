import type { Layer, Model } from '../../model.ts';
import type { Preset } from '../../preset.ts';

const NONE = { kind: 'none' } as const;

/** Layers by the letters of its config: Mamba-2, attention, and experts. */
const LAYERS: Readonly<Record<string, Layer>> = {
  M: {
    attention: {
      ...{ kind: 'mamba', heads: 64, headDim: 64, groups: 8, stateDim: 128, convolution: 4 },
      ...{ convolutionBias: true, norm: true },
    },
    mlp: NONE,
  },
  '*': { attention: { kind: 'grouped', queryHeads: 32, kvHeads: 2, headDim: 128 }, mlp: NONE },
  E: {
    attention: NONE,
    mlp: { kind: 'experts', experts: 128, active: 6, ffn: 1856, sharedFfn: 3712, routerBias: true, ungated: true },
  },
};

export const nemotron_3_nano: Model = {
  id: 'nemotron-3-nano',
  name: 'Nemotron 3 Nano 30B-A3B',
  hidden: 2688,
  vocabulary: 131072,
  tied: false,
  layers: [...'MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME'].flatMap((letter) => LAYERS[letter] ?? []),
  source:
    'config.json of nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16; shapes of huggingface/transformers 5.18.0 `models/nemotron_h`',
};

export default {
  model: nemotron_3_nano,
  positions: 262_144,
  published: {
    parameters: 31_577_940_288,
    source:
      'nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16 by transformers 5.18.0 on the meta device, router biases included; its name says 30 B, its card 31.6',
  },
} satisfies Preset;
