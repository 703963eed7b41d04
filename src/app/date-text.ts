/** A date and time as the page shows them: `28 Nov 2026, 14:03`. */
export const dateText = (iso: string): string =>
  new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
