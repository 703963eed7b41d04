/** What every page has around its content: the header with the other pages and the theme, and the footer. */

import './shell.css';
import './unscripted.css';
import type { ComponentChildren } from 'preact';
import { HeldResult } from './held-result.tsx';
import { startOffline } from './offline/start.ts';
import { ROUTES, type Route, routeUrl } from './routes.ts';
import { chooseTheme, THEMES, theme } from './theme.ts';

interface ShellProps {
  readonly route: Route['id'];
  readonly children: ComponentChildren;
}

export function Shell({ route, children }: ShellProps) {
  return (
    <div class="page" ref={onDrawn}>
      <a class="skip visually-hidden" href="#content">
        Skip to the content
      </a>
      <header class="shell">
        <a class="home" href={routeUrl('bench')}>
          <Mark />
          HBMark
        </a>
        <nav aria-label="Pages">
          {ROUTES.filter(({ place }) => place === 'header').map(({ id, title }) => (
            <a key={id} href={routeUrl(id)} aria-current={id === route ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <ThemeSelect />
      </header>
      {route !== 'result' && <HeldResult />}
      {children}
      <footer>
        HBMark {__HBMARK_VERSION__}
        {__HBMARK_COMMIT__ && ` (${__HBMARK_COMMIT__.slice(0, 7)})`}. Everything runs on this machine.{' '}
        {ROUTES.filter(({ place }) => place === 'footer').map(({ id, title }) => (
          <a key={id} href={routeUrl(id)}>
            {title}
          </a>
        ))}
        <a href={new URL('licences.txt', routeUrl('bench')).href}>Licences</a>
      </footer>
    </div>
  );
}

/** Takes away what stands in for a page whose script does not run, and has the site kept for use without a network. */
function onDrawn(drawn: Element | null): void {
  if (!drawn) return;
  document.getElementById('unscripted')?.remove();
  startOffline();
}

function ThemeSelect() {
  return (
    <label class="theme">
      <span class="visually-hidden">Theme</span>
      <select
        value={theme.value}
        onChange={(event) => {
          const chosen = THEMES.find((one) => one === event.currentTarget.value);
          if (chosen) chooseTheme(chosen);
        }}
      >
        {THEMES.map((one) => (
          <option key={one} value={one}>
            {one[0]?.toUpperCase()}
            {one.slice(1)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect x="2" y="4" width="28" height="6" rx="2" />
      <rect x="2" y="13" width="28" height="6" rx="2" opacity="0.75" />
      <rect x="2" y="22" width="17" height="6" rx="2" opacity="0.5" />
    </svg>
  );
}
