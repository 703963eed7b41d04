/** What the model of decode needs to know of a transformer: dense, gated MLP, grouped-query attention. */

export interface Model {
  readonly id: string;
  readonly name: string;
  readonly layers: number;
  readonly hidden: number;
  readonly queryHeads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ffn: number;
  readonly vocabulary: number;
  /** Where the shapes come from. */
  readonly source: string;
}
