/**
 * Speculative decoding as amortisation. A small model drafts γ tokens, and one step of the large model checks them all,
 * so that one reading of its weights and KV caches makes several tokens.
 *
 * Source: Y. Leviathan et al., "Fast inference from transformers via speculative decoding", ICML 2023, arXiv
 * 2211.17192.
 */

/**
 * The mean number of tokens that a check makes, from 1 to γ + 1: (1 − α^(γ+1)) / (1 − α), eq. 1. It assumes that each
 * token is accepted with probability α, independently of the others; real texts have easy and hard stretches.
 */
export function tokensPerCheck(accepted: number, drafted: number): number {
  // expm1 avoids the cancellation of 1 − α^(γ+1) close to α = 1.
  return accepted === 1 ? drafted + 1 : -Math.expm1((drafted + 1) * Math.log(accepted)) / (1 - accepted);
}

/**
 * The speed-up by speculative decoding: tokens per check / (γ · t_draft/T + T_check/T). Theorem 3.8 has T_check = T. A
 * check reads weights and KV caches once and computes γ + 1 times as much as a step, so T_check = T holds only below
 * the ridge batch. In a mixture of experts, γ + 1 tokens also touch more experts than one does.
 *
 * @param draftCost time of a step of the small model, in steps of the large one
 * @param checkCost time of a check, in steps of the large one
 */
export const speculativeSpeedup = (
  { accepted, drafted }: { readonly accepted: number; readonly drafted: number },
  draftCost: number,
  checkCost = 1,
): number => tokensPerCheck(accepted, drafted) / (drafted * draftCost + checkCost);
