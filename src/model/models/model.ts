/**
 * The shape of a decoder-only transformer, from which its tensors (`tensors.ts`), its KV cache and its arithmetic
 * follow (`accounting.ts`). In all models here, MLPs are gated (gate, up, down) and norms are RMS norms.
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
  /** Source of the shapes. */
  readonly source: string;
}

export interface Layer {
  readonly attention: Attention;
  readonly mlp: Mlp;
  /** Whether norms follow attention and MLP, as in Gemma. Norms before them are always there. */
  readonly outputNorms?: boolean;
}

export type Attention = GroupedAttention | LatentAttention;

/** MHA, GQA or MQA: the query heads share the KV heads evenly. */
export interface GroupedAttention {
  readonly kind: 'grouped';
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Number of positions attended to, the newest included. Default: all. */
  readonly window?: number;
  readonly qkvBias?: boolean;
  readonly outputBias?: boolean;
  /**
   * Whether each query head and key head is normed, by one vector for all queries and one for all keys, as in Qwen3.
   */
  readonly headNorms?: boolean;
  /** Whether each query head has a sink, as in gpt-oss: a learned score that takes weight from all positions. */
  readonly sinks?: boolean;
}

/**
 * MLA (DeepSeek-V2, arXiv 2405.04434, §2.1): the keys and values of all heads come from one latent of each position.
 */
export interface LatentAttention {
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
}

export type Mlp = DenseMlp | ExpertsMlp;

export interface DenseMlp {
  readonly kind: 'dense';
  readonly ffn: number;
  readonly biases?: boolean;
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
  readonly routerBias?: boolean;
  readonly biases?: boolean;
}

/** The list `layers`, repeated `times` times. */
export const repeat = (times: number, ...layers: readonly Layer[]): readonly Layer[] =>
  Array.from({ length: times }, () => layers).flat();
