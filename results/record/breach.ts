/** What is wrong with a record: a place and the rule that is broken there. */

export interface Breach {
  /** The place of the problem, as `measurements[3].samples[0].wallMs`; empty for the record as a whole. */
  readonly path: string;
  /** What must hold there, and the value met. */
  readonly rule: string;
}

/** A place as text: `measurements[3].case`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text ? '.' : ''}${String(key)}`),
    '',
  );
}
