/** Copies a text. Returns whether the browser let it: it may refuse, as on pages that are not on a secure origin. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
