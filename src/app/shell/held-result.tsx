/** What a page says that was given the link of a result: another page shows it. */

import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { routeUrl } from './routes.ts';

/** What the fragment of a shared result begins with (`share/fragment.ts`). */
const RESULT = /^#(?:record|summary)(?:=|%3D)/i;

export function HeldResult() {
  const hash = useSignal(location.hash);
  useEffect(() => {
    const read = () => {
      hash.value = location.hash;
    };
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  if (!RESULT.test(hash.value)) return null;
  return (
    <p class="held-result" role="alert">
      This address holds a result that somebody shared, which another page shows.{' '}
      <a href={routeUrl('result') + hash.value}>Open the result</a>
    </p>
  );
}
