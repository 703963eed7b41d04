/** Between one who calls back and one who awaits: what is put in comes out in order, when it is there. */

export class Inbox<T> {
  readonly #items: T[] = [];
  #arrived = () => {};

  put(item: T): void {
    this.#items.push(item);
    this.#arrived();
  }

  async take(): Promise<T> {
    while (this.#items.length === 0) {
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
    return this.#items.shift() as T;
  }
}
