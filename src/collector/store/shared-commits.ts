/**
 * Group commit: what comes while the disk is at work waits, and then shares one transaction, and so one fsync. Each
 * caller hears of its own item, and only once the transaction is on disk.
 */

import { Unavailable } from './store.ts';

export interface CommitOptions<Item, Result> {
  /** Does all in one transaction. Returns one result for each item, in order. */
  commit(items: readonly Item[]): Promise<readonly Result[]>;
  /** Transactions that may be under way at a time. */
  readonly writers: number;
}

/** The most items of a transaction: one that takes long makes the first of its callers wait for the last. */
const MAX_ITEMS = 64;

/**
 * The fewest items of a transaction beside one that is under way. A transaction has the same statements, however few its
 * items are: what is less than this waits for the one under way, and shares the next.
 */
const MIN_BESIDE = 16;

/** The most items that wait. Beyond, the database is too slow for what comes, and waiting would only take memory. */
const MAX_WAITING = 1000;

interface Waiting<Item, Result> {
  readonly item: Item;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export class SharedCommits<Item, Result> {
  readonly #options: CommitOptions<Item, Result>;
  readonly #waiting: Waiting<Item, Result>[] = [];
  #underWay = 0;
  #isCalled = false;
  #isClosed = false;
  #onIdle: (() => void) | undefined;

  constructor(options: CommitOptions<Item, Result>) {
    this.#options = options;
  }

  /** @throws Unavailable if too many wait already, and what `commit` throws */
  add(item: Item): Promise<Result> {
    if (this.#isClosed) return Promise.reject(new Unavailable('the collection is being closed: try again later'));
    if (this.#waiting.length >= MAX_WAITING) {
      return Promise.reject(new Unavailable(`${MAX_WAITING} writes wait for the database already: try again later`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#call();
    });
  }

  /** Takes nothing more, and resolves once all that was taken is settled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#underWay === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
  }

  /** Starts a commit once all that is ready now has been added. */
  #call(): void {
    const least = this.#underWay === 0 ? 1 : MIN_BESIDE;
    if (this.#isCalled || this.#underWay >= this.#options.writers || this.#waiting.length < least) return;
    this.#isCalled = true;
    setImmediate(() => {
      this.#isCalled = false;
      void this.#runOne();
    });
  }

  async #runOne(): Promise<void> {
    const together = this.#waiting.splice(0, MAX_ITEMS);
    this.#underWay++;
    this.#call();
    await this.#settle(together);
    this.#underWay--;
    this.#call();
    if (this.#underWay === 0 && this.#waiting.length === 0) this.#onIdle?.();
  }

  async #settle(together: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(together.map(({ item }) => item));
      if (results.length !== together.length)
        throw new Error(`${together.length} items have ${results.length} results`);
      for (const [index, result] of results.entries()) together[index]?.resolve(result);
    } catch (error) {
      const [first, ...others] = together;
      // One that the database cannot take must not take the others along: each is tried by itself.
      if (others.length === 0 || error instanceof Unavailable) for (const { reject } of together) reject(error);
      else if (first !== undefined) for (const one of [first, ...others]) await this.#settle([one]);
    }
  }
}
