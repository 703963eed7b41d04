/** What a config says of its model in keys of its own, and defaults that it leaves out. */

import { z } from 'zod';
import { MAX_LAYERS } from '../../../../results/record/bounds.ts';
import type { Fields } from '../fields.ts';
import type { Architecture } from './architecture.ts';

export type Config = Readonly<Record<string, unknown>>;

export interface ModelType {
  readonly architecture: Architecture;
  /** Values of fields whose keys are missing. */
  readonly defaults?: Fields;
  /** Values of keys that the config of a wrapper leaves out, since they are the defaults of transformers. */
  readonly wrapped?: Config;
  /** Keys in the words of `KEYS`, made of others that only this type has. */
  readonly derive?: (config: Config) => Config;
}

/** Shapes that wrappers' configs leave out. Source: huggingface/transformers 5.18.0, `configuration_<type>.py`. */
export const shape = (
  layers: number,
  hidden: number,
  ffn: number,
  vocabulary: number,
  heads: number,
  kvHeads = heads,
): Config => ({
  ...{ num_hidden_layers: layers, hidden_size: hidden, intermediate_size: ffn, vocab_size: vocabulary },
  ...{ num_attention_heads: heads, num_key_value_heads: kvHeads },
});

/** The number of layers; 0 where a config has none that can be. It is checked when all fields are. */
const layerCount = ({ num_hidden_layers: layers }: Config): number =>
  typeof layers === 'number' && layers >= 1 && layers <= MAX_LAYERS ? layers : 0;

export const listOf = (config: Config, key: string): unknown => {
  const value = config[key];
  return Array.isArray(value) ? value : Array.from({ length: layerCount(config) }, () => value);
};

/** The kind of each layer. */
export const kindsOf = (config: Config, kindOf: (layer: number) => string): string[] =>
  Array.from({ length: layerCount(config) }, (_, layer) => kindOf(layer));

export const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/** The list of a number for each layer. Longer lists have entries of layers that predict further tokens. */
export function cutTo(config: Config, keys: readonly string[]): Config {
  const layers = numberOr(config.num_hidden_layers, 0);
  const further = Math.max(numberOr(config.num_nextn_predict_layers, 0), numberOr(config.num_mtp_layers, 0), 1);
  return Object.fromEntries(
    keys.flatMap((key) => {
      const list = config[key];
      const isLonger = Array.isArray(list) && list.length > layers && list.length <= layers + further;
      return isLonger ? [[key, list.slice(0, layers)]] : [];
    }),
  );
}

/** Kinds of layers where each `nth` is of another kind, unless the config lists them. */
export function everyNth(config: Config, nth: number, kind: string, others: string): Config {
  if (isGiven(config.layer_types)) return {};
  return { layer_types: kindsOf(config, (layer) => ((layer + 1) % nth === 0 ? kind : others)) };
}

/** Kinds of MLPs out of a list of 1 for each layer with experts. */
export const expertLayers = ({ moe_layer_freq: which }: Config): Config =>
  Array.isArray(which) ? { mlp_layer_types: which.map((is) => (is ? 'sparse' : 'dense')) } : {};

export const OBJECT = z.record(z.string(), z.unknown());

export const isGiven = (value: unknown): boolean => value !== undefined && value !== null;

/** Kinds of layers by a pattern of letters, L for those that slide and G for those that do not. The last is a G. */
export function localLayers(config: Config): Config {
  const { sliding_window_pattern: pattern, sliding_window: window } = config;
  if (window === null) return { sliding_window_pattern: null, layer_types: null };
  if (typeof pattern !== 'string') return {};
  if (isGiven(config.layer_types) || pattern === '') return { sliding_window_pattern: null };
  const slides = (layer: number): boolean => layer + 1 < layerCount(config) && pattern[layer % pattern.length] === 'L';
  return {
    sliding_window_pattern: null,
    layer_types: kindsOf(config, (layer) => (slides(layer) ? 'sliding_attention' : 'full_attention')),
  };
}

/** Types with further defaults: what transformers takes for keys that few configs leave out. */
export const withDefaults = (
  types: Readonly<Record<string, ModelType>>,
  further: Readonly<Record<string, Fields>>,
): Readonly<Record<string, ModelType>> =>
  Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { ...type, defaults: { ...further[name], ...type.defaults } }]),
  );
