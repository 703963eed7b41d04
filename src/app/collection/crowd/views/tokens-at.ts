import type { LawView } from '../api.ts';

/** The tokens/s that the law gives for a read ceiling in GB/s. */
export const tokensAt = ({ tokensAtOne, exponent }: Pick<LawView, 'tokensAtOne' | 'exponent'>, gbps: number): number =>
  tokensAtOne * gbps ** exponent.value;
