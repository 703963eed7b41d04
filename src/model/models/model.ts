/**
 * The shape of a decoder-only transformer: what its tensors, its KV cache and its arithmetic follow from (`tensors.ts`,
 * `accounting.ts` beside this folder). MLPs are gated (gate, up, down) and norms are RMS norms, in every model here.
 */

export interface Model {
  readonly id: string;
  readonly name: string;
  /** Width of the residual stream. */
  readonly hidden: number;
  readonly vocabulary: number;
  /** Is the head the embedding matrix itself? */
  readonly tied: boolean;
  readonly layers: readonly Layer[];
  /** Where the shapes come from. */
  readonly source: string;
}

export interface Layer {
  readonly attention: Attention;
  readonly mlp: Mlp;
  /** Are there norms behind attention and MLP too, as in Gemma? Before them there always are. */
  readonly outputNorms?: boolean;
}

export type Attention = GroupedAttention | LatentAttention;

/** MHA, GQA and MQA: query heads share KV heads evenly. */
export interface GroupedAttention {
  readonly kind: 'grouped';
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  /** Positions attended to, the newest included; absent: all. */
  readonly window?: number;
  readonly qkvBias?: boolean;
  readonly outputBias?: boolean;
  /** Norms of each query and key head, one vector for all queries and one for all keys, as in Qwen3. */
  readonly headNorms?: boolean;
  /** A learned score of each query head that takes weight from all positions, as in gpt-oss. */
  readonly sinks?: boolean;
}

/** MLA (DeepSeek-V2, arXiv 2405.04434, §2.1): keys and values of all heads come from one latent of each position. */
export interface LatentAttention {
  readonly kind: 'latent';
  readonly heads: number;
  /** Rank that queries pass through; absent: none. */
  readonly queryRank?: number;
  /** Width of the latent. */
  readonly kvRank: number;
  /** Of a head's query and key: without position, … */
  readonly nopeDim: number;
  /** … and rotated; all heads share that part of the key. */
  readonly ropeDim: number;
  readonly valueDim: number;
}

export type Mlp = DenseMlp | ExpertsMlp;

export interface DenseMlp {
  readonly kind: 'dense';
  readonly ffn: number;
  readonly biases?: boolean;
}

/** Mixture of experts: a router picks `active` of `experts` for each token; shared experts see every token. */
export interface ExpertsMlp {
  readonly kind: 'experts';
  readonly experts: number;
  readonly active: number;
  /** Of one expert. */
  readonly ffn: number;
  /** Of all shared experts together; absent: there are none. */
  readonly sharedFfn?: number;
  readonly routerBias?: boolean;
  readonly biases?: boolean;
}

/** `layers` one after another, `times` times. */
export const repeat = (times: number, ...layers: readonly Layer[]): readonly Layer[] =>
  Array.from({ length: times }, () => layers).flat();
