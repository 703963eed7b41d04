/** A list of choices, narrowed to those that a person looks for. */

export interface OptionGroup {
  readonly title: string | undefined;
  readonly options: readonly { readonly value: string; readonly text: string }[];
}

/** The options that have all of the words, in title, text or value, and always the one that is chosen. */
export function narrowed(groups: readonly OptionGroup[], words: string, chosen: string): readonly OptionGroup[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return groups;
  return groups.flatMap(({ title, options }) => {
    const found = options.filter(({ value, text }) => {
      const all = `${title ?? ''} ${text} ${value}`.toLowerCase();
      return value === chosen || wanted.every((word) => all.includes(word));
    });
    return found.length > 0 ? [{ title, options: found }] : [];
  });
}
