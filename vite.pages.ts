/**
 * What every page of the site has beside its own: the manifest, by which a browser installs the site, and what a person
 * reads if the page's script does not run. And which script of a page runs first.
 */

import type { Plugin } from 'vite';

const MANIFEST = '<link rel="manifest" href="/manifest.webmanifest" />';

/** The plugins that write it into each index.html. */
export const pages = (): Plugin[] => [completed, firstFirst];

const completed: Plugin = {
  name: 'hbmark:pages',
  transformIndexHtml: {
    // Before Vite makes the manifest's address relative.
    order: 'pre',
    handler: (html) =>
      html
        .replace('</head>', `  ${MANIFEST}\n  </head>`)
        .replace(/<div id="app"><\/div>/, (app) => `${app}\n${unscripted(html)}`),
  },
};

/** What the build writes into a page whose script imports `first.ts`. */
const FIRST = /\n *<link rel="modulepreload" crossorigin href="([^"]*\/first-[^"]*)">/;

/** A page's `first.ts` runs as soon as it is there. The page's own script waits for all that it imports, and for styles. */
const firstFirst: Plugin = {
  name: 'hbmark:first',
  apply: 'build',
  transformIndexHtml: { order: 'post', handler: (html) => withFirst(html) },
};

/**
 * The built HTML of a page with its `first.ts` as a script before its own; unchanged where it has none.
 *
 * @throws Error where the build names the file in another way, so that it would run as late as all else
 */
export function withFirst(html: string): string {
  const [link, src] = FIRST.exec(html) ?? [];
  if (link === undefined || src === undefined) {
    if (/\/first-[^"]*\.js"/.test(html))
      throw new Error('mend FIRST in vite.pages.ts: Vite writes the link of first.ts anew');
    return html;
  }
  return html
    .replace(link, '')
    .replace('<script', `<script type="module" async crossorigin src="${src}"></script>\n    <script`);
}

/**
 * What the page is, that its script has not run, and what to do. The style sheet shows it after a while, or at once
 * where scripts are switched off (src/app/shell/unscripted.css); the page takes it away as soon as it is drawn.
 *
 * @throws Error if the page has no title or no description
 */
function unscripted(html: string): string {
  const [, title] = /<title>([^<]+)<\/title>/.exec(html) ?? [];
  const [, about] = /name="description"\s+content="([^"]+)"/.exec(html) ?? [];
  if (title === undefined || about === undefined) throw new Error('give the page a <title> and a description');
  return `    <main id="unscripted" class="unscripted">
      <h1>${title}</h1>
      <p>${about}</p>
      <h2>The script of this page has not run</h2>
      <p>Without it, nothing can be measured, computed or shown here. Runs that this browser keeps are not lost.</p>
      <ul>
        <li>If the connection was cut or is slow, wait, or reload the page.</li>
        <li>If JavaScript is switched off, or a blocker stops it, allow it for this site and reload. Everything runs on this machine.</li>
        <li>If the browser is old, update it: Chrome, Edge, Firefox and Safari of this year run this page.</li>
      </ul>
    </main>`;
}
