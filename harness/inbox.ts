/** A queue from callbacks to a loop that awaits: items come out in the order in which they were put in. */

export class Inbox<T> {
  readonly #items: T[] = [];
  #arrived = () => {};

  put(item: T): void {
    this.#items.push(item);
    this.#arrived();
  }

  /** Resolves to the next item, once there is one. */
  async take(): Promise<T> {
    while (this.#items.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#items.shift() as T;
  }
}
