/**
 * The shape of a decoder-only language model, from which its tensors (`tensors.ts`), what it keeps of a sequence
 * (`kept.ts`) and its arithmetic follow (`accounting.ts`). Norms are RMS norms.
 */

export interface Model {
  readonly id: string;
  readonly name: string;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly vocabulary: number;
  /** Whether the head is the embedding matrix itself. */
  readonly tied: boolean;
  readonly layers: readonly Layer[];
  /** Further tensors outside the layers, such as embeddings of each layer. Default: none. */
  readonly extras?: readonly Extra[];
  /** Source of the shapes. */
  readonly source: string;
}

export interface Layer {
  readonly attention: Attention;
  readonly mlp: Mlp;
  /** A second mixer that reads the same norm and adds to the same output, as in Falcon-H1. Default: none. */
  readonly beside?: Attention;
  /** Whether norms follow attention and MLP, as in Gemma. */
  readonly outputNorms?: boolean;
  /**
   * The norms that precede attention and MLP: one for each (the default), a `shared` one where both read the same, as in
   * Command-R, or `none`, as in OLMo 2.
   */
  readonly inputNorms?: 'shared' | 'none';
  /** Further tensors that a step reads, such as those of hyper-connections. Default: none. */
  readonly extras?: readonly Extra[];
}

/** Matrices or a vector that only some models have. */
export interface Extra {
  readonly name: string;
  /** Rows of one matrix. A vector has one. */
  readonly rows: number;
  readonly columns: number;
  /** Default: a projection. */
  readonly kind?: 'vector' | 'embedding';
  /** Number of matrices of that size. Default: 1. */
  readonly count?: number;
}

/** A vector that only some models have. */
export const vector = (name: string, columns: number): Extra => ({ name, rows: 1, columns, kind: 'vector' });

/** What mixes positions in a layer. `kept.ts` says what each kind keeps of a sequence. */
export type Attention =
  | GroupedAttention
  | LatentAttention
  | CompressedAttention
  | DeltaAttention
  | MambaMixer
  | RecurrentMixer
  | LinearLayer
  | None;

/** A layer's part that is not there. */
export interface None {
  readonly kind: 'none';
}

/** MHA, GQA or MQA: the query heads share the KV heads evenly. */
export interface GroupedAttention extends Sparse {
  readonly kind: 'grouped';
  readonly queryHeads: number;
  readonly kvHeads: number;
  /** Width of a query and a key. */
  readonly headDim: number;
  /** Width of a value. Default: `headDim`. */
  readonly valueDim?: number;
  /** Number of positions attended to, the newest included. Default: all. */
  readonly window?: number;
  /** Whether the window begins anew at each multiple of its size, as in Llama 4: a chunk. */
  readonly chunked?: boolean;
  readonly qkvBias?: boolean;
  readonly outputBias?: boolean;
  /**
   * Whether queries and keys are normed: each head by one vector for all queries and one for all keys, as in Qwen3
   * (true); each head by a vector `of its own`, as in Command-R+; or all heads as one vector (`all heads`), as in OLMo 2.
   */
  readonly headNorms?: boolean | 'of its own' | 'all heads';
  /** Rank that the queries are compressed to, as in Step 3 (MFA, arXiv 2412.19255). Default: they are not compressed. */
  readonly queryRank?: number;
  /**
   * Whether heads come in pairs whose weights are subtracted, so that each weighs the values of both, as in
   * Phi-4-mini-flash (differential attention, arXiv 2410.05258).
   */
  readonly differential?: boolean;
  /** Whether each query head has a sink, as in gpt-oss: a learned score that takes weight from all positions. */
  readonly sinks?: boolean;
  /** Whether a gate multiplies the output, with a value for each `head` or for each of its `value`s, as in Qwen3-Next. */
  readonly outputGate?: 'head' | 'value';
  /** Whether the values are made of the keys' projection, as in layers of Gemma 4. */
  readonly valuesOfKeys?: boolean;
  /** Whether GGUF files have queries, keys and values in one tensor, as Phi's: recipes of quantisation differ then. */
  readonly qkvInOne?: boolean;
  /** Whether the layer has neither keys nor values, and reads the cache of a layer before it, as in Gemma 3n. */
  readonly readsCacheBefore?: boolean;
}

/**
 * Sparse attention: a step reads only the best positions of the cache, which an indexer picks. The indexer scores all
 * positions by small keys of its own (DeepSeek-V3.2-Exp, §2.1).
 */
export interface Sparse {
  /** Number of positions that a step reads. Default: all. */
  readonly picks?: number;
  /** The indexer. Default: the layer has none, and takes the picks of a layer before it if it is sparse. */
  readonly indexer?: Indexer;
}

export interface Indexer {
  readonly heads: number;
  /** Width of a query and of the one key of a position. */
  readonly dim: number;
  /** Width of what its queries are made of. Default: the residual stream, normed; then it has no weights of heads. */
  readonly queryRank?: number;
}

/**
 * MLA (DeepSeek-V2, arXiv 2405.04434, §2.1): the keys and values of all heads come from one latent of each position.
 */
export interface LatentAttention extends Sparse {
  readonly kind: 'latent';
  readonly heads: number;
  /** Rank that the queries are compressed to. Default: they are not compressed. */
  readonly queryRank?: number;
  /** Width of the latent. */
  readonly kvRank: number;
  /** Width of the part of a head's query and key that is not rotated. */
  readonly nopeDim: number;
  /** Width of the rotated part. All heads share that part of the key. */
  readonly ropeDim: number;
  readonly valueDim: number;
  /** Whether a gate multiplies each value of the output, as in Kimi K3. */
  readonly outputGate?: boolean;
}

/**
 * Attention of DeepSeek V4: one key, which is the value too, in a window, and before it one compressed entry for each
 * `ratio` positions. Source: deepseek-ai/DeepSeek-V4-Flash inference/model.py, and transformers' `deepseek_v4`.
 */
export interface CompressedAttention {
  readonly kind: 'compressed';
  readonly heads: number;
  readonly headDim: number;
  readonly queryRank: number;
  readonly window: number;
  /** Number of groups of heads whose outputs are projected apart, and the width that each is projected to. */
  readonly outputGroups: number;
  readonly outputRank: number;
  /** Positions of a compressed entry. Default: there are none. */
  readonly ratio?: number;
  /** The indexer of compressed entries, and how many entries it picks. Entries overlap where there is one. */
  readonly indexer?: Indexer;
  readonly picks?: number;
}

/**
 * Linear attention by the gated delta rule (arXiv 2412.06464), behind a short convolution: Qwen3-Next, and with a decay
 * of each channel Kimi Linear (arXiv 2510.26692). A head keeps a matrix of key width × value width.
 */
export interface DeltaAttention {
  readonly kind: 'delta';
  readonly keyHeads: number;
  readonly valueHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Positions that the convolution looks at, the new one included. */
  readonly convolution: number;
  /** Rank of the projection to a decay of each channel. Default: a decay for each head. */
  readonly decayRank?: number;
  /** Rank of the projection to the output's gate. Default: it is not compressed. */
  readonly gateRank?: number;
  /** Number format of the recurrent state. Default: f32. */
  readonly state?: StateFormat;
}

/** Mamba-2 (arXiv 2405.21060): a head keeps a matrix of head width × state width. */
export interface MambaMixer {
  readonly kind: 'mamba';
  readonly heads: number;
  readonly headDim: number;
  /** Groups of heads that share an input and an output matrix of the state. */
  readonly groups: number;
  readonly stateDim: number;
  /** Positions that the convolution looks at, the new one included. */
  readonly convolution: number;
  readonly convolutionBias?: boolean;
  readonly biases?: boolean;
  /** Whether a norm of all heads precedes the output. */
  readonly norm?: boolean;
  /** Number format of the recurrent state. Default: f32. */
  readonly state?: StateFormat;
}

/** A mixer of another kind with states, such as Mamba-1 (Jamba) or a short convolution (LFM2): its tensors and states. */
export interface RecurrentMixer {
  readonly kind: 'recurrent';
  readonly tensors: readonly Extra[];
  readonly states: readonly { readonly values: number; readonly format: StateFormat }[];
  /** Operations of a token with the states. */
  readonly operations: number;
}

/** Formats of a recurrent state. */
export type StateFormat = 'f32' | 'f16' | 'bf16';

/** A single matrix in the place of attention or an MLP, as pruning leaves it (nemotron-nas). */
export interface LinearLayer {
  readonly kind: 'linear';
}

export type Mlp = DenseMlp | ExpertsMlp | LinearLayer | None;

export interface DenseMlp {
  readonly kind: 'dense';
  readonly ffn: number;
  readonly biases?: boolean;
  /** Whether there is no gate, only up and down, as in Nemotron-H. */
  readonly ungated?: boolean;
}

/** Mixture of experts: a router picks `active` of `experts` for each token, and shared experts see every token. */
export interface ExpertsMlp {
  readonly kind: 'experts';
  readonly experts: number;
  readonly active: number;
  /** Width of one expert. */
  readonly ffn: number;
  /** Width of all shared experts together. Default: there are none. */
  readonly sharedFfn?: number;
  /** Whether a gate multiplies the shared experts' output, as in Qwen2-MoE. */
  readonly sharedGate?: boolean;
  readonly routerBias?: boolean;
  readonly biases?: boolean;
  /** Whether there are no gates, only up and down, as in Nemotron 3. */
  readonly ungated?: boolean;
  /** Width that the stream is projected to before the experts, and back behind them. Default: it is not. */
  readonly latentDim?: number;
  /** Whether a norm precedes the projection back. */
  readonly latentNorm?: boolean;
}

/** The list `layers`, repeated `times` times. */
export const repeat = (times: number, ...layers: readonly Layer[]): readonly Layer[] =>
  Array.from({ length: times }, () => layers).flat();
