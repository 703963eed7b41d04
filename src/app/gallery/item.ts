/** The gallery's items: one component in one state each. */

import type { ComponentChild } from 'preact';

export interface Item {
  /** The item's fragment in the gallery's address, and its name in test messages. */
  readonly id: string;
  /** The name of the component, for a person. */
  readonly component: string;
  readonly state: string;
  readonly draw: () => ComponentChild;
  /** The width that the page gives the component. Default: `full`. */
  readonly width?: 'full' | 'main' | 'side';
  /** Whether the component draws nothing in this state. Default: no. */
  readonly empty?: boolean;
  /** Whether `<details>` stay closed; in other items they are opened. */
  readonly folded?: boolean;
  /** The text that a person types into fields to reach the state, by the names of the fields. */
  readonly typed?: Readonly<Record<string, string>>;
}

export interface Group {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Item[];
}
