/** The gallery's items: one component in one state each. */

import type { ComponentChild } from 'preact';

export interface Item {
  /** Stands in the address of the item, and in test messages. */
  readonly id: string;
  /** The name of the component, for a person. */
  readonly component: string;
  readonly state: string;
  readonly draw: () => ComponentChild;
  /** The width that the page gives the component. Default: `full`. */
  readonly width?: 'full' | 'main' | 'side';
  /** The component draws nothing in this state. */
  readonly empty?: boolean;
  /** Leaves `<details>` closed, which are open in other items. */
  readonly folded?: boolean;
  /** The text that a person types into fields to reach the state, by the names of the fields. */
  readonly typed?: Readonly<Record<string, string>>;
}

export interface Group {
  readonly id: string;
  readonly title: string;
  readonly items: readonly Item[];
}
