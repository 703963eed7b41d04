/** Whether the page is hidden or paused, as the engine's worker knows it. A worker has no document, so the page tells it. */

import type { Visibility } from '../../../../harness/host.ts';

export class PageVisibility implements Visibility {
  #hidden = false;
  #paused = false;
  #timesHidden = 0;
  #changed: Promise<void>;
  #wake = () => {};

  constructor() {
    this.#changed = this.#next();
  }

  get hidden(): boolean {
    return this.#hidden;
  }

  get pausedByPerson(): boolean {
    return this.#paused;
  }

  get timesHidden(): number {
    return this.#timesHidden;
  }

  set(hidden: boolean): void {
    if (hidden && !this.#hidden) this.#timesHidden++;
    this.#hidden = hidden;
    this.wake();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.wake();
  }

  /** Resolves `changed()`, so that a paused session looks again, for example because it was cancelled. */
  wake(): void {
    this.#wake();
    this.#changed = this.#next();
  }

  changed(): Promise<void> {
    return this.#changed;
  }

  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
