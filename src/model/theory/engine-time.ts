/**
 * The time of one sequence's decode step in an engine of which a share and a fixed cost are known:
 *
 *     T = L·t + bytes / (η·BW)
 *
 * L is the number of layers, t the fixed cost of one, η the share of the peak bandwidth BW that the engine reaches. It
 * is the law of `step-time.ts` at batch 1, with its fixed costs counted by layers. It does not hold where compute binds.
 */

export interface EngineStep {
  readonly layers: number;
  /** Bytes of weights and KV cache that the step reads. */
  readonly bytes: number;
}

/** ln T for ln η and ln t, and its derivatives by both. */
export function engineTime(
  { layers, bytes }: EngineStep,
  bytesPerSecond: number,
  [share, layer]: readonly [share: number, layer: number],
): { readonly y: number; readonly slopes: readonly [number, number] } {
  const fixed = layers * Math.exp(layer);
  const read = bytes / bytesPerSecond / Math.exp(share);
  const seconds = fixed + read;
  return { y: Math.log(seconds), slopes: [-read / seconds, fixed / seconds] };
}
