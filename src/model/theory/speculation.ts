/**
 * Speculative decoding as amortisation: a small model drafts γ tokens, and one step of the large one checks them all, so
 * that one reading of its weights and caches makes several tokens.
 *
 * Source: Y. Leviathan et al., "Fast inference from transformers via speculative decoding", ICML 2023, arXiv 2211.17192.
 */

/**
 * Tokens that a checking step makes on average: (1 − α^(γ+1)) / (1 − α), eq. 1: from 1 to γ + 1. It takes each token to
 * be accepted with the same probability α, whatever the others; real texts have easy and hard stretches.
 */
export function tokensPerCheck(accepted: number, drafted: number): number {
  // With expm1, since close to α = 1 the difference of powers would be all rounding.
  return accepted === 1 ? drafted + 1 : -Math.expm1((drafted + 1) * Math.log(accepted)) / (1 - accepted);
}

/**
 * How much faster tokens come: tokens to a check / (γ · t_draft/T + T_check/T), theorem 3.8, which has T_check = T.
 * A check reads the weights and caches of a step once, and computes γ + 1 times as much: T_check = T only below the
 * ridge batch, and of a mixture of experts, γ + 1 tokens touch more experts than one does.
 *
 * @param draftCost time of a step of the small model, in steps of the large one
 * @param checkCost time of a check, in steps of the large one
 */
export const speculativeSpeedup = (
  { accepted, drafted }: { readonly accepted: number; readonly drafted: number },
  draftCost: number,
  checkCost = 1,
): number => tokensPerCheck(accepted, drafted) / (drafted * draftCost + checkCost);
