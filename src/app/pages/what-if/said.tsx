/** The sentence for those who hear it: once, after the last of many changes, as a slider makes them. */

import { useEffect, useState } from 'preact/hooks';

/** How long the sentence waits for a further change, in ms. */
const REST_MS = 700;

export function Said({ text }: { readonly text: string }) {
  // What is there when the page is opened is read with the page.
  const [first] = useState(text);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (text === first && said === '') return;
    const timer = setTimeout(() => setSaid(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <p class="visually-hidden" role="status">
      {said}
    </p>
  );
}
