/** The pages and their addresses. Each is a file of its own in a folder of its own, so that any static host serves them. */

export interface Route {
  readonly id: 'bench' | 'what-if' | 'compare' | 'history' | 'crowd' | 'method' | 'privacy' | 'result';
  readonly title: string;
  /** Where every page has a link to it. A result has none: it is opened from a run, a link or a file. */
  readonly place: 'header' | 'footer' | 'none';
}

export const ROUTES: readonly Route[] = [
  { id: 'bench', title: 'Bench', place: 'header' },
  { id: 'what-if', title: 'What if', place: 'header' },
  { id: 'compare', title: 'Compare', place: 'header' },
  { id: 'history', title: 'History', place: 'header' },
  { id: 'crowd', title: 'Crowd', place: 'header' },
  { id: 'method', title: 'Method', place: 'footer' },
  { id: 'privacy', title: 'Privacy', place: 'footer' },
  { id: 'result', title: 'Result', place: 'none' },
];

/** The folder that the site is in. Every page but the first lies one folder deeper. */
const siteRoot = (): URL => {
  const folder = ROUTES.find(({ id }) => document.location.pathname.endsWith(`/${id}/`));
  return new URL(folder ? '../' : './', document.location.href);
};

/** The address of a page, wherever the site lies. */
export const routeUrl = (id: Route['id']): string => new URL(id === 'bench' ? './' : `./${id}/`, siteRoot()).href;
