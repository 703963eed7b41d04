/** The place of the charts, which are loaded when it comes near. */

import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { NotLoaded } from '../../../shell/errors/not-loaded.tsx';
import type { Store } from '../store.ts';

/** How near the charts are when they are loaded. */
const NEAR = '600px';

type State = ComponentType<{ store: Store }> | 'waiting' | 'failed';

export function LazyCharts({ store }: { store: Store }) {
  const place = useRef<HTMLDivElement>(null);
  const [Charts, setCharts] = useState<State>('waiting');
  useEffect(() => {
    if (!place.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        import('./charts.tsx').then(
          (loaded) => setCharts(() => loaded.default),
          () => setCharts('failed'),
        );
      },
      { rootMargin: NEAR },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div class="charts" ref={place} data-loaded={Charts !== 'waiting'}>
      {typeof Charts === 'function' && <Charts store={store} />}
      {Charts === 'failed' && <NotLoaded what="What draws the charts" />}
    </div>
  );
}
