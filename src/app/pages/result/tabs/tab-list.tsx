/** The tabs of a result: a row that scrolls on a phone. Arrow keys go from tab to tab and open it. */

import './tabs.css';
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { TABS, type TabId, tabAfter } from './tabs.ts';

interface TabsProps {
  readonly open: TabId;
  readonly onOpen: (tab: TabId) => void;
  /** The content of the open tab. */
  readonly children: ComponentChildren;
}

const tabIdOf = (id: TabId): string => `tab-${id}`;
const PANEL = 'tab-panel';

export function Tabs({ open, onOpen, children }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  return (
    <div class="tabs">
      <div
        ref={list}
        role="tablist"
        aria-label="What the result says"
        onKeyDown={(event) => {
          const next = tabAfter(event.key, open);
          if (!next) return;
          event.preventDefault();
          onOpen(next);
          list.current?.querySelector<HTMLElement>(`#${tabIdOf(next)}`)?.focus();
        }}
      >
        {TABS.map(({ id, title }) => (
          <button
            key={id}
            id={tabIdOf(id)}
            type="button"
            role="tab"
            aria-selected={id === open}
            aria-controls={PANEL}
            tabIndex={id === open ? 0 : -1}
            onClick={() => onOpen(id)}
          >
            {title}
          </button>
        ))}
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabIdOf(open)} data-tab={open}>
        {children}
      </div>
    </div>
  );
}
