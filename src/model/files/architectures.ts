/**
 * The known architectures: how a model's layers follow from the fields of its file. Config files name an architecture
 * by `model_type`, GGUF files by `general.architecture`; `config.ts` and `gguf.ts` have what differs between them.
 * Source: the modelling code of huggingface/transformers (`models/<type>/modeling_<type>.py`).
 */

import { quoted } from '../../../results/shown.ts';
import { parameters } from '../models/accounting.ts';
import type {
  Attention,
  CompressedAttention,
  DeltaAttention,
  DenseMlp,
  ExpertsMlp,
  Extra,
  GroupedAttention,
  Indexer,
  LatentAttention,
  Layer,
  MambaMixer,
  Mlp,
  Model,
  StateFormat,
} from '../models/model.ts';
import { complete, type FieldName, type Fields, type KeyOf, type Known, problemsIn } from './fields.ts';
import { ModelFileError } from './source.ts';

/** An architecture: a function from a file's fields to the model's layers. */
export interface Architecture {
  layers(fields: Fields, keyOf: KeyOf): readonly Layer[];
  /** Tensors outside the layers that only this architecture has. */
  extras?(fields: Fields): readonly Extra[];
}

const BASE = ['layers', 'hidden', 'vocabulary'] as const;
const GROUPED = [...BASE, 'queryHeads', 'ffn'] as const;

type Base = Known<(typeof BASE)[number]>;
type Grouped = Known<'layers' | 'hidden' | 'queryHeads'>;

/** Makes an architecture from the fields that it needs and a function of them. */
const architecture = <K extends FieldName>(
  needs: readonly K[],
  layers: (fields: Known<K>, keyOf: KeyOf) => readonly Layer[],
): Architecture => ({ layers: (fields, keyOf) => layers(complete(fields, needs, keyOf), keyOf) });

const layerByLayer = ({ layers }: Known<'layers'>, layer: (index: number) => Layer): Layer[] =>
  Array.from({ length: layers }, (_, index) => layer(index));

const WINDOWED = ['full_attention', 'sliding_attention'] as const;

/**
 * The kind of each layer by the file; undefined where it lists none.
 * @throws ModelFileError for a kind that the architecture does not know, or a list of another length
 */
function layerTypes(
  f: Known<'layers'>,
  field: 'layerTypes' | 'mlpTypes' | 'indexerTypes',
  known: readonly string[],
  keyOf: KeyOf,
): readonly string[] | undefined {
  const types = f[field];
  if (types === undefined) return undefined;
  const rule = [known.slice(0, -1).join(', '), known.at(-1)].join(' or ');
  const problems = types.flatMap((type, at) =>
    known.includes(type) ? [] : [`${keyOf(field)}[${at}] must be ${rule}; got ${quoted(type)}`],
  );
  if (problems.length > 0) throw problemsIn(problems);
  if (types.length === f.layers) return types;
  throw new ModelFileError(`${keyOf(field)} must name ${f.layers} layers; it names ${types.length}`);
}

/**
 * The attention of each layer. Layers for which `slides` is true have the window, unless the file lists layer types.
 */
function groupedAttention(
  f: Grouped,
  keyOf: KeyOf,
  slides: (layer: number) => boolean,
  traits: Partial<Omit<GroupedAttention, 'kind'>> = {},
): (layer: number) => GroupedAttention {
  const { queryHeads, kvHeads = queryHeads, headDim = f.hidden / queryHeads, window } = f;
  if (!Number.isInteger(headDim)) {
    throw new ModelFileError(
      `${keyOf('queryHeads')} must divide ${keyOf('hidden')} where ${keyOf('headDim')} is not given; got ${queryHeads} and ${f.hidden}`,
    );
  }
  if (queryHeads % kvHeads !== 0) {
    throw new ModelFileError(
      `${keyOf('kvHeads')} must divide ${keyOf('queryHeads')}; got ${kvHeads} and ${queryHeads}`,
    );
  }
  const types = layerTypes(f, 'layerTypes', WINDOWED, keyOf);
  const { qkvBias = false, outputBias = false } = f;
  const whole: GroupedAttention = { kind: 'grouped', queryHeads, kvHeads, headDim, qkvBias, outputBias, ...traits };
  return (layer) => {
    const sliding = types ? types[layer] === 'sliding_attention' : slides(layer);
    if (!sliding) return whole;
    return { ...whole, window: complete({ window }, ['window'], keyOf).window };
  };
}

const denseMlp = (f: Known<'ffn'>): DenseMlp => ({ kind: 'dense', ffn: f.ffn, biases: f.mlpBias ?? false });

function expertsMlp(
  f: Known<'experts' | 'activeExperts'>,
  ffn: number,
  keyOf: KeyOf,
  traits: Partial<ExpertsMlp> = {},
): ExpertsMlp {
  const { experts, activeExperts: active } = f;
  if (active > experts) {
    throw new ModelFileError(
      `${keyOf('activeExperts')} must not exceed ${keyOf('experts')}; got ${active} and ${experts}`,
    );
  }
  return { kind: 'experts', experts, active, ffn, ...traits };
}

/** Layers of Llama's kind. If there is a window, every layer has it. */
const llamas = (traits: Partial<GroupedAttention>): Architecture =>
  architecture(GROUPED, (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, () => f.window !== undefined, traits);
    const mlp = f.experts
      ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.expertFfn ?? f.ffn, keyOf)
      : denseMlp(f);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
  });

/** Llama, Mistral and Mixtral. */
export const llama = llamas({});
/** Phi-3 and Phi-4. */
export const phi3 = llamas({ qkvInOne: true });

/** Whether a layer slides where only layers from `layersBeforeWindow` on do. */
const slidesLate = (f: Fields) => (layer: number) => f.slides === true && layer >= (f.layersBeforeWindow ?? 0);

/** Qwen2 and Qwen2.5, whose queries, keys and values have biases. */
export const qwen2 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true }, keyOf, slidesLate(f));
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3 = architecture(GROUPED, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f) }));
});

export const qwen3Moe = architecture(
  [...BASE, 'queryHeads', 'experts', 'activeExperts', 'expertFfn'] as const,
  (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, slidesLate(f), { headNorms: true });
    const experts = expertsMlp(f, f.expertFfn, keyOf);
    const denseAt = new Set(f.denseAt);
    const isDense = (layer: number): boolean => denseAt.has(layer) || (layer + 1) % (f.expertsEvery ?? 1) !== 0;
    const mlp = (layer: number): Mlp => (isDense(layer) ? denseMlp(complete(f, ['ffn'], keyOf)) : experts);
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
  },
);

/** Whether a layer slides where every other one does, beginning with the first. */
const slidesEvenly = (layer: number): boolean => layer % 2 === 0;

export const gemma2 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, slidesEvenly);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

export const gemma3 = architecture([...GROUPED, 'headDim'] as const, (f, keyOf) => {
  const slides = (layer: number): boolean => (layer + 1) % (f.globalEvery ?? 6) !== 0;
  const attention = groupedAttention(f, keyOf, slides, { headNorms: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: denseMlp(f), outputNorms: true }));
});

/** Whether each MLP has experts, by the lists of a file that has one, else by `otherwise`. */
function hasExperts(
  f: Known<'layers'>,
  keyOf: KeyOf,
  otherwise: (layer: number) => boolean,
): (layer: number) => boolean {
  const types = layerTypes(f, 'mlpTypes', ['dense', 'sparse', 'moe', 'hash_moe'], keyOf);
  if (types) return (layer) => types[layer] !== 'dense';
  const at = f.expertsAt && new Set(f.expertsAt);
  return at ? (layer) => at.has(layer) : otherwise;
}

/** The MLP of each layer: experts where `has` says so, else a dense one. */
const mlps =
  (f: Fields, keyOf: KeyOf, experts: ExpertsMlp, has: (layer: number) => boolean) =>
  (layer: number): Mlp => {
    if (has(layer)) return experts;
    const { ffn } = complete({ ...f, ffn: f.denseFfn ?? f.ffn }, ['ffn'], keyOf);
    return denseMlp({ ...f, ffn });
  };

const LATENT = ['queryHeads', 'kvRank', 'nopeDim', 'ropeDim', 'valueDim'] as const;
const EXPERTS = ['experts', 'activeExperts', 'expertFfn'] as const;

function latentAttention(f: Known<(typeof LATENT)[number]>, keyOf: KeyOf): LatentAttention {
  const { queryHeads: heads, queryRank, kvRank, nopeDim, ropeDim, valueDim } = f;
  if (f.qkvBias || f.outputBias) throw new ModelFileError(`${keyOf('qkvBias')} must be false with MLA; got true`);
  return {
    ...{ kind: 'latent', heads, kvRank, nopeDim, ropeDim, valueDim },
    ...(queryRank !== undefined && { queryRank }),
    ...(f.outputGate && { outputGate: true }),
  };
}

/** The experts of DeepSeek's kind: shared experts as wide as a number of the others, and a bias of the router. */
const deepseekExperts = (f: Known<(typeof EXPERTS)[number]>, keyOf: KeyOf): ExpertsMlp => {
  const sharedFfn = f.sharedFfn ?? (f.sharedExperts ?? 0) * f.expertFfn;
  return expertsMlp(f, f.expertFfn, keyOf, {
    ...(sharedFfn > 0 && { sharedFfn }),
    routerBias: f.routerBias ?? false,
    ...(f.latentDim !== undefined && { latentDim: f.latentDim }),
    ...(f.latentDim !== undefined && f.latentNorm && { latentNorm: true }),
  });
};

/** DeepSeek-V2, V3 and R1, and Kimi K2. */
export const deepseek = architecture(
  [...BASE, ...LATENT, ...EXPERTS, 'sharedExperts', 'denseLayers'] as const,
  (f, keyOf) => {
    const attention = latentAttention(f, keyOf);
    const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), (layer) => layer >= f.denseLayers);
    return layerByLayer(f, (layer) => ({ attention, mlp: mlp(layer) }));
  },
);

/** DeepSeek V3.2 and GLM-5: DeepSeek V3 with an indexer, which some layers of GLM-5.2 take over from a layer before. */
export const sparseDeepseek = architecture(
  [...BASE, ...LATENT, ...EXPERTS, 'sharedExperts', 'queryRank', 'indexHeads', 'indexDim', 'picks'] as const,
  (f, keyOf) => {
    const { picks, queryRank, denseLayers = 0 } = f;
    const indexer: Indexer = { heads: f.indexHeads, dim: f.indexDim, queryRank };
    const shared: LatentAttention = { ...latentAttention(f, keyOf), picks };
    const full: LatentAttention = { ...shared, indexer };
    const types = layerTypes(f, 'indexerTypes', ['full', 'shared'], keyOf);
    const has = hasExperts(f, keyOf, (layer) => layer >= denseLayers);
    const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), has);
    return layerByLayer(f, (layer) => ({
      attention: types?.[layer] === 'shared' ? shared : full,
      mlp: mlp(layer),
    }));
  },
);

/** DeepSeek V4. Its streams are mixed by hyper-connections, whose matrices read all of them. */
export const deepseekV4: Architecture = {
  ...architecture(
    [
      ...[...BASE, ...EXPERTS, 'queryHeads', 'headDim', 'queryRank', 'window', 'ratios', 'streams'],
      ...['outputGroups', 'outputRank', 'indexHeads', 'indexDim', 'picks', 'sharedExperts'],
    ] as FourFields,
    (f, keyOf) => {
      const { queryHeads: heads, headDim, queryRank, window, outputGroups, outputRank, hidden, streams } = f;
      if ((heads * headDim) % outputGroups !== 0) {
        throw new ModelFileError(
          `${keyOf('outputGroups')} must divide the width of all heads, ${heads * headDim}; got ${outputGroups}`,
        );
      }
      if (f.ratios.length !== f.layers) {
        throw new ModelFileError(`${keyOf('ratios')} must name ${f.layers} layers; it names ${f.ratios.length}`);
      }
      const sliding: CompressedAttention = {
        ...{ kind: 'compressed', heads, headDim, queryRank, window, outputGroups, outputRank },
      };
      const indexer: Indexer = { heads: f.indexHeads, dim: f.indexDim, queryRank };
      // Only entries of few positions are so many that an indexer picks among them.
      const attention = (ratio: number): CompressedAttention => {
        if (ratio === 0) return sliding;
        return ratio === INDEXED_RATIO ? { ...sliding, ratio, indexer, picks: f.picks } : { ...sliding, ratio };
      };
      const experts = { ...deepseekExperts(f, keyOf), routerBias: true };
      const hashed = { ...experts, routerBias: false };
      const extras = ['attention', 'mlp'].flatMap((part) => streamMixer(`${part} streams`, hidden, streams));
      // The first layers pick experts by the token itself, and have no bias.
      return layerByLayer(f, (layer) => ({
        attention: attention(f.ratios[layer] ?? 0),
        mlp: layer < (f.denseLayers ?? 0) ? hashed : experts,
        extras,
      }));
    },
  ),
  extras: ({ hidden = 0, streams = 0 }) => [
    { name: 'streams out', rows: streams, columns: streams * hidden },
    { name: 'streams out base', rows: 1, columns: streams + 1, kind: 'vector' },
  ],
};

type FourFields = readonly (
  | 'layers'
  | 'hidden'
  | 'vocabulary'
  | 'experts'
  | 'activeExperts'
  | 'expertFfn'
  | 'queryHeads'
  | 'headDim'
  | 'queryRank'
  | 'window'
  | 'ratios'
  | 'streams'
  | 'outputGroups'
  | 'outputRank'
  | 'indexHeads'
  | 'indexDim'
  | 'picks'
  | 'sharedExperts'
)[];

/** Positions of a compressed entry in layers with an indexer. */
const INDEXED_RATIO = 4;

/** What a hyper-connection reads of `streams` streams: weights to collapse, expand and mix them, and their bases. */
const streamMixer = (name: string, hidden: number, streams: number): Extra[] => {
  const weights = (2 + streams) * streams;
  return [
    { name, rows: weights, columns: streams * hidden },
    { name: `${name} base`, rows: 1, columns: weights + 3, kind: 'vector' },
  ];
};

const stateFormat = ({ stateFormat: said }: Fields): { readonly state?: StateFormat } =>
  said === 'float16' ? { state: 'f16' } : said === 'bfloat16' ? { state: 'bf16' } : {};

const DELTA = ['stateHeads', 'stateKeyHeads', 'stateKeyDim', 'stateValueDim', 'convolution'] as const;

function deltaAttention(f: Known<(typeof DELTA)[number]>, keyOf: KeyOf): DeltaAttention {
  const { stateHeads: valueHeads, stateKeyHeads: keyHeads, stateKeyDim: keyDim, stateValueDim: valueDim } = f;
  if (valueHeads % keyHeads !== 0) {
    throw new ModelFileError(
      `${keyOf('stateKeyHeads')} must divide ${keyOf('stateHeads')}; got ${keyHeads} and ${valueHeads}`,
    );
  }
  return { kind: 'delta', keyHeads, valueHeads, keyDim, valueDim, convolution: f.convolution, ...stateFormat(f) };
}

/** Qwen3-Next, 3.5 and 3.6: gated linear attention in all layers but each fourth. */
export const qwenNext = architecture([...BASE, ...DELTA, 'queryHeads'] as const, (f, keyOf) => {
  const types = layerTypes(f, 'layerTypes', ['linear_attention', 'full_attention'], keyOf);
  const { layerTypes: _, ...rest } = f;
  const full = groupedAttention(rest, keyOf, () => false, { headNorms: true, outputGate: 'value' })(0);
  const linear = deltaAttention(f, keyOf);
  const isFull = (layer: number): boolean =>
    types ? types[layer] === 'full_attention' : (layer + 1) % (f.globalEvery ?? 4) === 0;
  const mlp = qwenMlps(f, keyOf);
  return layerByLayer(f, (layer) => ({ attention: isFull(layer) ? full : linear, mlp: mlp(layer) }));
});

/** The MLPs of Qwen's mixtures: experts in each `expertsEvery` layers, and a shared expert with a gate. */
function qwenMlps(f: Known<'layers'>, keyOf: KeyOf): (layer: number) => Mlp {
  if (!f.experts) {
    const dense = denseMlp(complete(f, ['ffn'], keyOf));
    return () => dense;
  }
  const known = complete(f, EXPERTS, keyOf);
  const sharedFfn = f.sharedFfn ?? 0;
  const experts = expertsMlp(known, known.expertFfn, keyOf, sharedFfn > 0 ? { sharedFfn, sharedGate: true } : {});
  const denseAt = new Set(f.denseAt);
  return mlps(f, keyOf, experts, (layer) => !denseAt.has(layer) && (layer + 1) % (f.expertsEvery ?? 1) === 0);
}

/** Qwen2-MoE (Qwen1.5-MoE, Qwen2-57B), whose queries, keys and values have biases. */
export const qwen2Moe = architecture([...BASE, ...EXPERTS, 'queryHeads'] as const, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true }, keyOf, slidesLate(f));
  const mlp = qwenMlps(f, keyOf);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

/** Kimi Linear and K3: linear attention with a decay of each channel, MLA in some layers. */
export const kimiLinear: Architecture = {
  ...architecture(
    [...BASE, ...LATENT, ...EXPERTS, 'stateHeads', 'stateKeyDim', 'convolution', 'layerTypes', 'denseLayers'] as const,
    (f, keyOf) => {
      const { stateHeads, stateKeyDim } = f;
      const types = layerTypes(f, 'layerTypes', ['linear_attention', 'full_attention'], keyOf);
      const linear: DeltaAttention = {
        ...deltaAttention({ ...f, stateKeyHeads: stateHeads, stateValueDim: stateKeyDim }, keyOf),
        decayRank: stateKeyDim,
        ...(!f.fullRankGate && { gateRank: stateKeyDim }),
      };
      const full = latentAttention(f, keyOf);
      const mlp = mlps(f, keyOf, deepseekExperts(f, keyOf), (layer) => layer >= f.denseLayers);
      const extras: Extra[] =
        f.residualBlock === undefined ? [] : ['attention', 'mlp'].flatMap(blockResidual(f.hidden));
      return layerByLayer(f, (layer) => ({
        attention: types?.[layer] === 'full_attention' ? full : linear,
        mlp: mlp(layer),
        ...(extras.length > 0 && { extras }),
      }));
    },
  ),
  extras: ({ residualBlock, hidden = 0 }) => (residualBlock === undefined ? [] : blockResidual(hidden)('output')),
};

/** What weighs the outputs of the blocks before, in Kimi K3: a norm and a vector. */
const blockResidual =
  (hidden: number) =>
  (name: string): Extra[] => [
    { name: `${name} residual norm`, rows: 1, columns: hidden, kind: 'vector' },
    { name: `${name} residual`, rows: 1, columns: hidden },
  ];

const MAMBA = ['stateHeads', 'stateValueDim', 'stateGroups', 'stateKeyDim', 'convolution'] as const;

const mambaMixer = (f: Known<(typeof MAMBA)[number]>): MambaMixer => ({
  ...{ kind: 'mamba', heads: f.stateHeads, headDim: f.stateValueDim, groups: f.stateGroups, stateDim: f.stateKeyDim },
  convolution: f.convolution,
  ...(f.convolutionBias && { convolutionBias: true }),
  ...(f.stateBias && { biases: true }),
  ...(f.stateNorm !== false && { norm: true }),
  ...stateFormat(f),
});

const NONE = { kind: 'none' } as const;

/** Nemotron-H and Nemotron 3: each layer is Mamba-2, attention, an MLP or experts. */
export const nemotronH = architecture([...BASE, ...MAMBA, 'queryHeads', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['mamba', 'attention', 'mlp', 'moe'], keyOf) ?? [];
  const attention = (): Attention => groupedAttention(rest, keyOf, () => false)(0);
  const mlp = (): Mlp => ({ ...denseMlp(complete(f, ['ffn'], keyOf)), ungated: true });
  const moe = (): Mlp => ({
    ...deepseekExperts({ routerBias: true, ...complete(f, EXPERTS, keyOf) }, keyOf),
    ungated: true,
  });
  const kinds: Readonly<Record<string, () => Layer>> = {
    mamba: () => ({ attention: mambaMixer(f), mlp: NONE }),
    attention: () => ({ attention: attention(), mlp: NONE }),
    mlp: () => ({ attention: NONE, mlp: mlp() }),
    moe: () => ({ attention: NONE, mlp: moe() }),
  };
  const made = new Map([...new Set(types)].map((type) => [type, kinds[type]?.()]));
  return types.flatMap((type) => made.get(type) ?? []);
});

/** Falcon-H1: attention and Mamba-2 side by side in each layer. */
export const falconH1 = architecture([...GROUPED, ...MAMBA] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => false);
  const beside = mambaMixer(f);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), beside, mlp: denseMlp(f) }));
});

/** Granite 4: Mamba-2 or attention in each layer, then experts beside a shared MLP, or that MLP alone. */
export const graniteHybrid = architecture([...GROUPED, ...MAMBA, 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['mamba', 'attention'], keyOf) ?? [];
  const [attention, mamba] = [groupedAttention(rest, keyOf, () => false)(0), mambaMixer(f)];
  const sharedFfn = f.sharedFfn ?? 0;
  const mlp: Mlp = f.experts
    ? expertsMlp(complete(f, ['experts', 'activeExperts'], keyOf), f.ffn, keyOf, sharedFfn > 0 ? { sharedFfn } : {})
    : { kind: 'dense', ffn: f.sharedFfn ?? f.ffn };
  return layerByLayer(f, (layer) => ({ attention: types[layer] === 'mamba' ? mamba : attention, mlp }));
});

/** MiniMax M2: all queries and all keys of a token are normed as one vector. */
export const minimaxM2 = architecture(
  [...BASE, ...(['queryHeads', 'experts', 'activeExperts', 'expertFfn'] as const)] as const,
  (f, keyOf) => {
    const attention = groupedAttention(f, keyOf, () => false, f.headNorms === false ? {} : { headNorms: 'all heads' });
    const mlp = expertsMlp(f, f.expertFfn, keyOf, { routerBias: f.routerBias ?? true });
    return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
  },
);

/** MiniMax M3: an indexer over grouped attention picks blocks of positions in most layers. */
export const minimaxM3 = architecture([...BASE, ...EXPERTS, 'queryHeads', 'layerTypes'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['full_attention', 'minimax_m3_sparse'], keyOf) ?? [];
  const full = groupedAttention(rest, keyOf, () => false, { headNorms: true })(0);
  const sparse = (): GroupedAttention => {
    const { indexHeads: heads, indexDim: dim, picks } = complete(f, ['indexHeads', 'indexDim', 'picks'], keyOf);
    return { ...full, picks, indexer: { heads, dim } };
  };
  const mlp = mlps(
    f,
    keyOf,
    deepseekExperts({ routerBias: true, ...f }, keyOf),
    hasExperts(f, keyOf, () => true),
  );
  return layerByLayer(f, (layer) => ({
    attention: types[layer] === 'minimax_m3_sparse' ? sparse() : full,
    mlp: mlp(layer),
  }));
});

/** MiMo V2: layers that slide have heads, widths and sinks of their own. */
export const mimo = architecture([...BASE, ...EXPERTS, 'queryHeads', 'headDim', 'layerTypes'] as const, (f, keyOf) => {
  const { fullSinks: sinks = false, slidingSinks = true, ...rest } = f;
  const values = (valueDim: number | undefined, headDim: number) =>
    valueDim === undefined || valueDim === headDim ? {} : { valueDim };
  const full = groupedAttention(rest, keyOf, () => false, {
    ...(sinks && { sinks }),
    ...values(f.valueDim, f.headDim),
  });
  const { slidingHeads = f.queryHeads, slidingKvHeads = f.kvHeads, slidingHeadDim = f.headDim } = f;
  const slides = groupedAttention(
    { ...rest, queryHeads: slidingHeads, kvHeads: slidingKvHeads ?? slidingHeads, headDim: slidingHeadDim },
    keyOf,
    () => true,
    { ...(slidingSinks && { sinks: true }), ...values(f.slidingValueDim ?? f.valueDim, slidingHeadDim) },
  );
  const has = hasExperts(f, keyOf, (layer) => layer > 0);
  const mlp = mlps(f, keyOf, deepseekExperts({ routerBias: true, ...f }, keyOf), has);
  return layerByLayer(f, (layer) => ({
    attention: (f.layerTypes[layer] === 'sliding_attention' ? slides : full)(layer),
    mlp: mlp(layer),
  }));
});

/** Step 3.5 and 3.7: gates of heads, and more heads in layers that slide. */
export const step3 = architecture([...GROUPED, ...EXPERTS] as const, (f, keyOf) => {
  const traits = { headNorms: true, outputGate: 'head' } as const;
  const attention = groupedAttention(f, keyOf, () => false, traits);
  const { slidingHeads = f.queryHeads, slidingKvHeads = f.kvHeads } = f;
  const other = { ...f, queryHeads: slidingHeads, kvHeads: slidingKvHeads ?? slidingHeads };
  const slides = groupedAttention(other, keyOf, () => false, traits);
  const has = hasExperts(f, keyOf, (layer) => layer >= (f.denseLayers ?? 3));
  const mlp = mlps(f, keyOf, deepseekExperts({ routerBias: true, ...f }, keyOf), has);
  return layerByLayer(f, (layer) => ({
    attention: (f.layerTypes?.[layer] === 'sliding_attention' ? slides : attention)(layer),
    mlp: mlp(layer),
  }));
});

/** Llama 4: attention in chunks but for each fourth layer, and experts in each `expertsEvery` layers. */
export const llama4 = architecture([...GROUPED, 'experts', 'activeExperts'] as const, (f, keyOf) => {
  const { layerTypes: _, ...rest } = f;
  const types = layerTypes(f, 'layerTypes', ['chunked_attention', 'full_attention'], keyOf);
  const full = groupedAttention(rest, keyOf, () => false)(0);
  const chunked: GroupedAttention = f.chunk === undefined ? full : { ...full, window: f.chunk, chunked: true };
  const isChunked = (layer: number): boolean =>
    types ? types[layer] === 'chunked_attention' : (layer + 1) % (f.globalEvery ?? 4) !== 0;
  const experts = expertsMlp(f, f.ffn, keyOf, { sharedFfn: f.ffn });
  const mlp = mlps(
    f,
    keyOf,
    experts,
    hasExperts(f, keyOf, (layer) => (layer + 1) % (f.expertsEvery ?? 1) === 0),
  );
  return layerByLayer(f, (layer) => ({ attention: isChunked(layer) ? chunked : full, mlp: mlp(layer) }));
});

/** GLM-4.5 and 4.6. */
export const glm4Moe = architecture([...BASE, ...EXPERTS, 'queryHeads', 'denseLayers'] as const, (f, keyOf) => {
  const unbiased = { ...f, outputBias: false };
  const attention = groupedAttention(unbiased, keyOf, () => false, f.headNorms ? { headNorms: true } : {});
  const experts = deepseekExperts({ routerBias: true, ...f }, keyOf);
  const mlp = mlps(f, keyOf, experts, (layer) => layer >= f.denseLayers);
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp: mlp(layer) }));
});

/** ERNIE 4.5 with experts. */
export const ernieMoe = architecture([...GROUPED, ...EXPERTS] as const, (f, keyOf) => {
  const attention = groupedAttention(f, keyOf, () => false);
  const experts = deepseekExperts({ routerBias: true, ...f }, keyOf);
  const mlp = mlps(f, keyOf, experts, (layer) => layer >= (f.denseLayers ?? 1));
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

/** Gemma 4: wider heads and fewer KV heads in layers that do not slide, experts beside a dense MLP in some sizes. */
export const gemma4: Architecture = {
  ...architecture([...GROUPED, 'headDim', 'layerTypes'] as const, (f, keyOf) => {
    const { fullHeadDim = f.headDim, fullKvHeads = f.kvHeads, perLayerDim = 0, sharedKvLayers = 0 } = f;
    const slides = groupedAttention(f, keyOf, () => true, { headNorms: true });
    const valuesOfKeys = f.valuesOfKeys === true;
    const full = groupedAttention(
      { ...f, headDim: fullHeadDim, ...(valuesOfKeys && fullKvHeads !== undefined && { kvHeads: fullKvHeads }) },
      keyOf,
      () => false,
      { headNorms: true, ...(valuesOfKeys && { valuesOfKeys }) },
    );
    const isShared = (layer: number): boolean => layer >= f.layers - sharedKvLayers;
    const attention = (layer: number): Attention => {
      const own = (f.layerTypes[layer] === 'sliding_attention' ? slides : full)(layer);
      return isShared(layer) ? { ...own, readsCacheBefore: true } : own;
    };
    const ofLayers = perLayerInputs(f.hidden, perLayerDim);
    if (f.experts) {
      const known = complete(f, ['experts', 'activeExperts', 'expertFfn'], keyOf);
      const mlp = expertsMlp(known, f.expertFfn ?? f.ffn, keyOf, { sharedFfn: f.ffn });
      // The dense MLP and the experts have norms of their own, and the router scales.
      const extras: Extra[] = [
        ...['shared output norm', 'expert norm', 'expert output norm', 'router scale'].map(vectorOf(f.hidden)),
        { name: 'expert scale', rows: 1, columns: known.experts, kind: 'vector' },
        ...ofLayers,
      ];
      return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp, outputNorms: true, extras }));
    }
    const mlp = (layer: number): Mlp =>
      f.doubleWide && isShared(layer) ? { ...denseMlp(f), ffn: 2 * f.ffn } : denseMlp(f);
    return layerByLayer(f, (layer) => ({
      attention: attention(layer),
      mlp: mlp(layer),
      outputNorms: true,
      ...(ofLayers.length > 0 && { extras: ofLayers }),
    }));
  }),
  extras: perLayerEmbedding,
};

/** Gemma 3n: four streams, embeddings of each layer, and layers that read the cache of one before. */
export const gemma3n: Architecture = {
  ...architecture(
    [...BASE, 'queryHeads', 'headDim', 'layerTypes', 'ffnOf', 'perLayerDim', 'streams', 'laurelRank'] as const,
    (f, keyOf) => {
      const { hidden, streams, laurelRank, sharedKvLayers = 0, ffnOf } = f;
      const attention = groupedAttention(f, keyOf, () => false, { headNorms: true });
      const extras: Extra[] = [
        ...perLayerInputs(hidden, f.perLayerDim),
        vectorOf(hidden)('streams out scale'),
        { name: 'streams correction', rows: streams, columns: streams },
        { name: 'streams prediction', rows: streams * streams, columns: streams },
        { name: 'streams router', rows: streams, columns: hidden },
        vectorOf(hidden)('streams norm'),
        { name: 'laurel down', rows: laurelRank, columns: hidden },
        { name: 'laurel up', rows: hidden, columns: laurelRank },
        vectorOf(hidden)('laurel norm'),
      ];
      return layerByLayer(f, (layer) => ({
        attention: {
          ...attention(layer),
          ...(layer >= f.layers - sharedKvLayers && { readsCacheBefore: true }),
        },
        mlp: { kind: 'dense', ffn: ffnOf[layer] ?? ffnOf[0] ?? 1 },
        outputNorms: true,
        extras,
      }));
    },
  ),
  extras: (f) => [
    ...perLayerEmbedding(f),
    ...['in', 'out'].map((side): Extra => {
      const { hidden = 0, streams = 1 } = f;
      return { name: `streams ${side}`, rows: hidden, columns: hidden, count: streams - 1 };
    }),
  ],
};

const vectorOf =
  (columns: number) =>
  (name: string): Extra => ({ name, rows: 1, columns, kind: 'vector' });

/** What a layer adds to the stream from its own embedding of the token. */
const perLayerInputs = (hidden: number, dim: number): Extra[] =>
  dim === 0
    ? []
    : [
        { name: 'layer input gate', rows: dim, columns: hidden },
        { name: 'layer input', rows: hidden, columns: dim },
        vectorOf(hidden)('layer input norm'),
      ];

/** The embeddings of all layers, side by side, and the projection of the token's embedding that is added to them. */
function perLayerEmbedding({ layers = 0, hidden = 0, perLayerDim = 0, perLayerVocabulary = 0 }: Fields): Extra[] {
  if (perLayerDim === 0) return [];
  const columns = layers * perLayerDim;
  return [
    { name: 'layer embedding', rows: perLayerVocabulary, columns, kind: 'embedding' },
    { name: 'layer embedding projection', rows: columns, columns: hidden },
    vectorOf(perLayerDim)('layer embedding norm'),
  ];
}

/** Nemotron-NAS: layers of Llama that lost heads, width, or attention or MLP as a whole. 0 stands for one that is gone. */
export const nemotronNas = architecture([...BASE, 'queryHeads', 'kvHeadsOf', 'ffnOf'] as const, (f, keyOf) => {
  const attention = (kvHeads: number): Attention => {
    if (kvHeads === 0) return NONE;
    return kvHeads === LINEAR ? { kind: 'linear' } : groupedAttention({ ...f, kvHeads }, keyOf, () => false)(0);
  };
  const mlp = (ffn: number): Mlp => {
    if (ffn === 0) return NONE;
    return ffn === LINEAR ? { kind: 'linear' } : { kind: 'dense', ffn };
  };
  return layerByLayer(f, (layer) => ({
    attention: attention(f.kvHeadsOf[layer] ?? 0),
    mlp: mlp(f.ffnOf[layer] ?? 0),
  }));
});

/** Stands for a matrix in place of attention or an MLP, in lists of heads and widths. */
export const LINEAR = 2 ** 31 - 1;

export const gptOss = architecture([...GROUPED, 'experts', 'activeExperts'] as const, (f, keyOf) => {
  const attention = groupedAttention({ ...f, qkvBias: true, outputBias: true }, keyOf, slidesEvenly, { sinks: true });
  const mlp = expertsMlp(f, f.expertFfn ?? f.ffn, keyOf, { routerBias: true, biases: true });
  return layerByLayer(f, (layer) => ({ attention: attention(layer), mlp }));
});

/** Maximum number of parameters: beyond, bytes in f32 would not be exact. It is a thousand times the largest model. */
const MAX_PARAMETERS = 2 ** 50;

/** Makes a model from a file's fields. @throws ModelFileError naming what is missing, or does not fit together. */
export function modelFrom(
  about: Pick<Model, 'id' | 'name' | 'source'>,
  { layers, extras: extrasOf }: Architecture,
  fields: Fields,
  keyOf: KeyOf,
): Model {
  const made = layers(fields, keyOf);
  const extras = extrasOf?.(fields) ?? [];
  const { hidden, vocabulary, tied = false }: Base = complete(fields, BASE, keyOf);
  const model: Model = { ...about, hidden, vocabulary, tied, layers: made, ...(extras.length > 0 && { extras }) };
  const total = parameters(model);
  if (total > MAX_PARAMETERS) {
    throw new ModelFileError(`its shapes must make at most 2^50 parameters; they make ${total.toExponential(1)}`);
  }
  return model;
}

/** Maximum number of names that a message lists. */
const MAX_NAMES = 8;

/** The architecture of this name, which a file gives under `key`. @throws ModelFileError listing some of the known ones. */
export function architectureOf<A>(known: Readonly<Record<string, A>>, name: unknown, key: string): A {
  const found = typeof name === 'string' && Object.hasOwn(known, name) ? known[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(known);
  const more = names.length - MAX_NAMES;
  const listed =
    more > 0 ? [...names.slice(0, MAX_NAMES - 1), `${more} more (docs/models.md lists them)`, names.at(-1)] : names;
  throw new ModelFileError(`${key} must be one of ${listed.join(', ')}; got ${quoted(name)}`);
}
