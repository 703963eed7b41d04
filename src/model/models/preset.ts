/** The contract of a preset: a model whose shape is part of the program, and the published figure that it is held to. */

import type { Model } from './model.ts';

export interface Preset {
  readonly model: Model;
  /** The longest context that it was made for: `max_position_embeddings` of its config on Hugging Face. */
  readonly positions: number;
  readonly published: {
    /**
     * The published number of parameters: `safetensors.total` of the Hugging Face model API, which adds up the headers of
     * a repository's files, unless the source says otherwise.
     */
    readonly parameters: number;
    /** The repository or paper, and what its figure counts twice or not at all. */
    readonly source: string;
  };
}

/** Presets by ascending number of parameters. */
export const byParameters = (presets: readonly Preset[]): Preset[] =>
  [...presets].sort((a, b) => a.published.parameters - b.published.parameters);
