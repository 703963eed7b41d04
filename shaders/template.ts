/**
 * WGSL files with placeholders, for the few lines that differ from one form of a kernel to the next. A placeholder is a
 * comment that begins with `@` and a name, so that the file stays WGSL to an editor. A line comment stands for
 * statements, a block comment for an expression.
 */

/** A placeholder and its name: to the end of the line, or up to the end of the comment. */
const PLACEHOLDER = /\/\/@ *(.*\S) *$|\/\*@ *(.*?\S) *\*\//gm;

/**
 * Returns the WGSL with `parts` in place of its placeholders.
 *
 * @throws Error if a part has no placeholder, or a placeholder no part.
 */
export function fillIn(wgsl: string, parts: Readonly<Record<string, string>>): string {
  const unused = new Set(Object.keys(parts));
  const filled = wgsl.replace(PLACEHOLDER, (placeholder, statements?: string, expression?: string) => {
    const name = statements ?? expression ?? '';
    const part = parts[name];
    if (part === undefined) throw new Error(`every placeholder must be filled in; got no "${name}" for ${placeholder}`);
    unused.delete(name);
    return part;
  });
  if (unused.size > 0) {
    throw new Error(`every part must have a placeholder in the WGSL; there is none for "${[...unused].join('", "')}"`);
  }
  return filled;
}
