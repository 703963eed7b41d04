/** What only a run has: its headline, the cards of its results, and the ways to share them. */

import { CacheCard } from '../../cards/caches/cache-card.tsx';
import { ClaimsCard } from '../../cards/claims/claims-card.tsx';
import { DecodeCard } from '../../cards/decode/decode-card.tsx';
import { ExplainedCard } from '../../cards/explained/explained-card.tsx';
import { GemvLineCard } from '../../cards/gemv-line/gemv-line-card.tsx';
import { LawCard } from '../../cards/law/law-card.tsx';
import { Measurements } from '../../cards/measurements/measurements.tsx';
import type { Store } from '../../state/state.ts';
import { Method } from '../method/method.tsx';

export { Headline } from '../../cards/headline/headline.tsx';
export { Share } from '../../share/share.tsx';

export function Results({ store }: { store: Store }) {
  return (
    <>
      <DecodeCard store={store} />
      <ExplainedCard store={store} />
      <ClaimsCard store={store} />
      <LawCard store={store} />
      <GemvLineCard store={store} />
      <CacheCard store={store} />
      <Measurements store={store} />
      <Method store={store} />
    </>
  );
}
