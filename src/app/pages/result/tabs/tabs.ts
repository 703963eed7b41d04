/** The tabs of a result, and how an address names the one that is open. Pure. */

export const TABS = [
  { id: 'why', title: 'Why this fast?' },
  { id: 'batch', title: 'Batch and context' },
  { id: 'formats', title: 'Formats' },
  { id: 'caches', title: 'Caches' },
  { id: 'fit', title: 'Fit' },
  { id: 'frontier', title: 'Frontier' },
  { id: 'claims', title: 'Claims' },
  { id: 'crowd', title: 'Crowd' },
] as const;

export type TabId = (typeof TABS)[number]['id'];

/** The tab that is open where the address names none. */
export const FIRST_TAB: TabId = 'why';

/** The rule of the address’s parameter. */
export const TAB_RULE = `one of ${TABS.map(({ id }) => id).join(', ')}`;

export const tabOf = (text: string): TabId | undefined => TABS.find(({ id }) => id === text)?.id;

/** The tab after a key, as the tabs pattern of WAI-ARIA has it. Undefined: the key means none. */
export function tabAfter(key: string, from: TabId): TabId | undefined {
  const at = TABS.findIndex(({ id }) => id === from);
  const places: Readonly<Record<string, number>> = {
    ArrowRight: (at + 1) % TABS.length,
    ArrowLeft: (at + TABS.length - 1) % TABS.length,
    Home: 0,
    End: TABS.length - 1,
  };
  const place = places[key];
  return place === undefined ? undefined : TABS[place]?.id;
}
