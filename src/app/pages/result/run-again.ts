/** The query under which the Bench page measures the same again, as far as a record says what was asked for. Pure. */

import type { DecodeCase, RunRecord } from '../../../../results/record/schema.ts';
import { MODELS } from '../../../model/models/index.ts';
import { DEFAULT_PARAMS, formatParams, type RunParams } from '../../../session/params.ts';

export function sameAgain({ profile, seed, decode = [] }: Pick<RunRecord, 'profile' | 'seed' | 'decode'>): string {
  const steps = decode.flatMap(({ case: c }) => (c.experiment ? [] : [c]));
  return formatParams({ ...DEFAULT_PARAMS, profile, seed, ...sweepOf(steps) });
}

/** The steps of one preset, as the sweep that has them. Steps of several models, or of a file, cannot be in an address. */
function sweepOf(steps: readonly DecodeCase[]): Partial<RunParams> {
  const [first] = steps;
  const ids = new Set(steps.map(({ model }) => model));
  if (!first || ids.size > 1 || !MODELS.some(({ id }) => id === first.model)) return {};
  return {
    decode: first.model,
    weights: each(steps, ({ weights }) => weights),
    kv: each(steps, ({ kv }) => kv),
    contexts: each(steps, ({ context }) => context),
    batches: each(steps, ({ batch }) => batch),
    shortest: first.shortest ?? null,
  };
}

const each = <T>(steps: readonly DecodeCase[], of: (step: DecodeCase) => T): T[] => [...new Set(steps.map(of))];
