/** What only a run has: the cards of its results, and the ways to share them. */

import { Method } from './method/method.tsx';
import { CacheCard } from './result/caches/cache-card.tsx';
import { ClaimsCard } from './result/claims/claims-card.tsx';
import { DecodeCard } from './result/decode/decode-card.tsx';
import { GemvLineCard } from './result/gemv-line/gemv-line-card.tsx';
import { LawCard } from './result/law/law-card.tsx';
import { Measurements } from './result/measurements/measurements.tsx';
import type { Store } from './state.ts';

export { Share } from './share/share.tsx';

export function Results({ store }: { store: Store }) {
  return (
    <>
      <DecodeCard store={store} />
      <ClaimsCard store={store} />
      <LawCard store={store} />
      <GemvLineCard store={store} />
      <CacheCard store={store} />
      <Measurements store={store} />
      <Method store={store} />
    </>
  );
}
