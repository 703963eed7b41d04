/**
 * The time of one sequence in an engine of which shares of peaks and a fixed cost are known:
 *
 *     decode step   T = n·t_d + bytes / (η·BW)
 *     prompt        T = a + bytes / (η_0·BW) + ops / (η_p·F)
 *
 * A step of B > 1 sequences takes n·onset + b·B more (`severalOn`). n is the number of dispatches that multiply by weights, t_d the fixed cost of one, a that of a prompt, η the share of
 * the peak bandwidth BW that the engine reaches, and η_p the share of the operations/s F; η_0 is one share for all. The
 * first is the law of `step-time.ts` at batch 1, and does not hold where compute binds. The second has memory and compute
 * one after the other (p = 1), which matters only for prompts of some tens of tokens.
 */

export interface EngineStep {
  /** Dispatches that multiply by weights (`gemv-line/matrix-uses.ts`). */
  readonly dispatches: number;
  /** Bytes of weights and KV cache that the step reads. */
  readonly bytes: number;
}

/** ln of a time, and its derivatives by the logarithms of costs. */
export interface LogTime {
  readonly y: number;
  readonly slopes: readonly number[];
}

/** ln T of a decode step for ln η and ln t_d. */
export function engineTime(
  { dispatches, bytes }: EngineStep,
  bytesPerSecond: number,
  [share = 0, dispatch = 0]: readonly number[],
): LogTime {
  const fixed = dispatches * Math.exp(dispatch);
  const read = bytes / bytesPerSecond / Math.exp(share);
  const seconds = fixed + read;
  return { y: Math.log(seconds), slopes: [-read / seconds, fixed / seconds] };
}

/** What a step of several sequences costs beside its bytes and its dispatches, in seconds. */
export interface SeveralCosts {
  /** What each dispatch costs more than in a step of one sequence, for which engines have other kernels. */
  readonly onsetSeconds: number;
  /** b: the cost of each sequence. */
  readonly sequenceSeconds: number;
}

/**
 * The costs of several sequences on a GPU, from those that were measured on another. What a host does takes as long
 * there; what kernels do shrinks with the bandwidth. Figures of one GPU cannot tell these apart, so that the costs are
 * the geometric mean of both, and both are one standard deviation away.
 *
 * @param ratio the bandwidth of the GPU over that of the one that was measured
 */
export function severalOn(
  { onsetSeconds, sequenceSeconds }: SeveralCosts,
  ratio: number,
): { readonly costs: SeveralCosts; readonly deviation: number } {
  const scale = 1 / Math.sqrt(ratio);
  return {
    costs: { onsetSeconds: scale * onsetSeconds, sequenceSeconds: scale * sequenceSeconds },
    deviation: Math.abs(Math.log(scale)),
  };
}

/** A prompt, at the peaks of a GPU. */
export interface PromptAtPeak {
  readonly tokens: number;
  /** Time of its operations, in seconds. */
  readonly computeSeconds: number;
  /** Time of reading the weights and the KV cache once, in seconds. */
  readonly readSeconds: number;
}

/** η_0, the share of the bandwidth at which prompts read: about that of decode steps. */
const READ_SHARE = 0.8;

/** T of a prompt, and the part of it that is compute, in seconds. */
export function promptSeconds(
  { computeSeconds, readSeconds }: PromptAtPeak,
  share: number,
  fixedSeconds: number,
): { readonly seconds: number; readonly computing: number } {
  const computing = computeSeconds / share;
  return { seconds: fixedSeconds + readSeconds / READ_SHARE + computing, computing };
}

/** ln of the mean time of some prompts and `moreSeconds`, for ln η_p and ln a. */
export function meanPromptTime(
  prompts: readonly PromptAtPeak[],
  moreSeconds: number,
  [share = 0, fixed = 0]: readonly number[],
): LogTime {
  const [eta, a] = [Math.exp(share), Math.exp(fixed)];
  let [total, byShare] = [moreSeconds * prompts.length, 0];
  for (const prompt of prompts) {
    const { seconds, computing } = promptSeconds(prompt, eta, a);
    total += seconds;
    byShare -= computing;
  }
  return { y: Math.log(total / prompts.length), slopes: [byShare / total, (prompts.length * a) / total] };
}

/** ln of the seconds to a token by the mean speed of some prompts, for ln η_p and ln a. */
export function meanPromptSpeed(prompts: readonly PromptAtPeak[], [share = 0, fixed = 0]: readonly number[]): LogTime {
  const [eta, a] = [Math.exp(share), Math.exp(fixed)];
  let [total, byShare, byFixed] = [0, 0, 0];
  for (const prompt of prompts) {
    const { seconds, computing } = promptSeconds(prompt, eta, a);
    const speed = prompt.tokens / seconds;
    total += speed;
    byShare -= (speed * computing) / seconds;
    byFixed += (speed * a) / seconds;
  }
  return { y: -Math.log(total / prompts.length), slopes: [byShare / total, byFixed / total] };
}
