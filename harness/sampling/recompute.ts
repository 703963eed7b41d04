/**
 * Computes the outputs that a record keeps of a case again, from the seed alone and without a GPU. Only the words that
 * these outputs depend on are computed, so a matrix of gigabytes costs as much as some of its rows.
 */

import { MAX_SLAB_BYTES } from '../../results/record/bounds.ts';
import type { Spots } from '../../results/record/schema.ts';
import { toleranceOf, type WordReader } from '../../shaders/kernel.ts';
import { TAME_FLOATS } from '../../shaders/random.ts';
import type { KernelCase } from '../device/program.ts';
import { inputSeed, inputWord, poolSeed, slabWord } from '../device/seeds.ts';
import { caseRecord } from './plan.ts';
import { spotsIn } from './spots.ts';
import { Comparison, readers } from './verify.ts';

/**
 * The error that is allowed, over the kernel's tolerance. Errors are relative to the outputs that are compared, and eight of
 * them may all be small: where the mean error is a tenth of the tolerance, as of products in f16, one case in a thousand
 * would be beyond it (χ² of 8). Outputs of another seed have errors of about 1, a thousand times of what is allowed.
 */
const FEW_OUTPUTS = 100;

/** Fewer outputs than this show nothing of a case of which more are kept: all of them may be small. */
const MIN_OUTPUTS = 4;

/** The work that recomputing may still take, in words of inputs that are read. It falls as they are. */
export interface WordBudget {
  words: number;
}

export interface Recomputed {
  /** The number of outputs that were computed and compared. */
  readonly outputs: number;
  /** Whether these were all that the record keeps. Otherwise the budget was spent. */
  readonly isWhole: boolean;
  /** Why they are not those of the seed; undefined if they are. */
  readonly wrong: string | undefined;
}

/** The budget is spent. */
class BudgetSpent extends Error {}

/**
 * Compares the outputs that a record keeps of a case with those that `seed` gives. The case must be one that its kernel
 * plans, since its sizes decide how much memory its inputs take.
 */
export function recompute(kernelCase: KernelCase, spots: Spots, seed: number, budget: WordBudget): Recomputed {
  const { kernel, variant, params, tuning } = kernelCase;
  const wrong = (rule: string): Recomputed => ({ outputs: 0, isWhole: false, wrong: rule });
  const inputs = inputsOf(kernelCase, spots, seed, budget);
  if (typeof inputs === 'string') return wrong(inputs);
  const kept = kernel
    .outputs(params, tuning)
    .flatMap((output) => spotsIn(seed, caseRecord(kernelCase), output).map((element) => ({ output, element })));
  if (spots.words.length !== kept.length) {
    return wrong(`must keep ${kept.length} outputs for this seed; got ${spots.words.length}`);
  }
  const comparison = new Comparison();
  try {
    const reference = kernel.reference(params, readers(inputs), tuning, variant);
    for (const [i, { output, element }] of kept.entries()) {
      comparison.addWord(output, element, spots.words[i], reference);
    }
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
  }
  const { outputs } = comparison;
  const isWhole = outputs === kept.length;
  if (!isWhole && outputs < MIN_OUTPUTS) return { outputs: 0, isWhole, wrong: undefined };
  return {
    outputs,
    isWhole,
    wrong: comparison.wrong(FEW_OUTPUTS * toleranceOf(kernel, variant, params).nmse),
  };
}

/** Returns the inputs as they lay in memory, or why they could not have lain there. */
function inputsOf(
  { kernel, variant, params }: KernelCase,
  { places }: Spots,
  seed: number,
  budget: WordBudget,
): { name: string; words: WordReader }[] | string {
  const inputs = kernel.inputs(params, variant);
  const streamed = inputs.filter(({ kind }) => kind === 'streamed');
  if (places.length !== streamed.length) {
    return `must have a place for each of the ${streamed.length} inputs that are streamed; got ${places.length}`;
  }
  const misplaced = streamed.find(({ bytes }, i) => {
    const [, offset] = places[i] ?? [];
    return offset === undefined || offset % 4 !== 0 || offset + bytes > MAX_SLAB_BYTES;
  });
  if (misplaced) return `must place the ${misplaced.bytes} bytes of ${misplaced.name} within a slab`;
  const counted =
    (words: WordReader): WordReader =>
    (index) => {
      if (budget.words-- <= 0) throw new BudgetSpent();
      return words(index);
    };
  let next = 0;
  return inputs.map((input, i) => {
    if (input.kind !== 'streamed') return { name: input.name, words: counted(inputWord(input, inputSeed(i, seed))) };
    const { name, pool: words = TAME_FLOATS } = input;
    const [slab, offset] = places[next++] ?? [0, 0];
    return { name, words: counted(slabWord({ slab, offset, seed: poolSeed(words, seed), words })) };
  });
}
