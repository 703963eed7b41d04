/**
 * `npm run gallery`: every card, chart, label and error of the page on one page, each in the states that it can be in.
 * The page's own components draw it, from committed records and from the fixtures beside this file. It is no part of
 * the product: vite.gallery.config.ts serves it, and tests/e2e/page/gallery/gallery.test.ts takes its screenshots.
 */

import '../shell/styles/tokens.css';
import '../shell/styles/base.css';
import './gallery.css';
import { untracked } from '@preact/signals';
import { render } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { BEFORE } from './groups/before.tsx';
import { CHARTS } from './groups/charts.tsx';
import { CROWD } from './groups/crowd.tsx';
import { ERRORS } from './groups/errors.tsx';
import { KEPT } from './groups/kept.tsx';
import { LABELS } from './groups/labels.tsx';
import { RESULTS } from './groups/results.tsx';
import { RUNNING } from './groups/running.tsx';
import { SHARE } from './groups/share.tsx';
import { TABLES } from './groups/tables.tsx';
import { RESULT_TABS } from './groups/tabs.tsx';
import { WHAT_IF } from './groups/what-if.tsx';
import type { Group, Item } from './item.ts';

const GROUPS: readonly Group[] = [
  BEFORE,
  KEPT,
  RUNNING,
  RESULTS,
  RESULT_TABS,
  CROWD,
  WHAT_IF,
  CHARTS,
  TABLES,
  SHARE,
  LABELS,
  ERRORS,
];

function Gallery() {
  return (
    <div class="page gallery">
      <h1>Gallery</h1>
      <nav aria-label="Groups">
        {GROUPS.map(({ id, title }) => (
          <a key={id} href={`#${id}`}>
            {title}
          </a>
        ))}
      </nav>
      {GROUPS.map(({ id, title, items }) => (
        <section key={id} id={id} data-group={id}>
          <h2>{title}</h2>
          <div class="items">
            {items.map((item) => (
              <ItemView key={item.id} item={item} />
            ))}
          </div>
        </section>
      ))}
    </div>
  );
}

function ItemView({
  item: { id, component, state, draw, width = 'full', empty = false, folded, typed = {} },
}: {
  item: Item;
}) {
  const box = useRef<HTMLDivElement>(null);
  // Drawn once: a change of a store must update its component, not make another store.
  const drawn = useMemo(() => untracked(draw), []);
  useEffect(() => {
    if (box.current && !folded) unfold(box.current, typed);
  }, []);
  return (
    <figure id={id} data-item data-empty={empty} data-width={width}>
      <figcaption>
        <a href={`#${id}`}>{component}</a> · {state}
      </figcaption>
      <div class="box" ref={box}>
        {drawn}
      </div>
    </figure>
  );
}

/**
 * Opens every `<details>` in `box`, and types into its fields. Does so again whenever something appears in the box,
 * since the content of a `<details>` is drawn only once it is open.
 */
function unfold(box: HTMLElement, typed: Readonly<Record<string, string>>): void {
  const pending = new Map(Object.entries(typed));
  const unfoldNow = () => {
    for (const details of box.querySelectorAll('details')) details.open = true;
    for (const [name, text] of pending) {
      const input = box.querySelector<HTMLInputElement>(`input[name="${name}"]`);
      if (!input) continue;
      pending.delete(name);
      input.value = text;
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
  };
  new MutationObserver(unfoldNow).observe(box, { childList: true, subtree: true });
  unfoldNow();
}

const root = document.getElementById('gallery');
if (root) render(<Gallery />, root);
