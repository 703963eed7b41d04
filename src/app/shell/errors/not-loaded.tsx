/** The card in place of a part of the page whose code could not be loaded. */

import './error-card.css';

/** @param what the part, in words that begin a sentence */
export function NotLoaded({ what }: { readonly what: string }) {
  return (
    <section class="error-card" data-code="not-loaded" role="alert">
      <h2>{what} could not be loaded</h2>
      <p>The browser asked for a part of this page and got no answer. Nothing that was measured is lost.</p>
      <h3>What to do</h3>
      <ul>
        <li>Check the connection, and that nothing blocks scripts of this site.</li>
        <li>Then reload the page. If a run is in progress, wait until it ends: the browser keeps it.</li>
      </ul>
    </section>
  );
}
