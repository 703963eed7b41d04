/**
 * Functions of this process that a page in Firefox calls. Puppeteer's own (`exposeFunction`) ask the browser five times
 * for each call through WebDriver BiDi, and calls overtake each other on the way (puppeteer-core 24.43.1,
 * bidi/ExposedFunction.js). Delete this when they keep their order.
 */

import type { Page } from 'puppeteer-core';

/** A call that the page made. */
interface Call {
  readonly id: number;
  readonly name: string;
  /** JSON. Null: none. */
  readonly argument: string | null;
}

/** An answer to the call with this id. */
type Answer = readonly [id: number, answer: unknown];

/** The page's side. */
interface Calls {
  made: number;
  readonly waiting: Call[];
  readonly unanswered: Map<number, (answer: unknown) => void>;
  arrived(): void;
}

declare global {
  var hbmarkCalls: Calls | undefined;
}

/** The time after which the page is asked again, in ms: a page that has crashed says so only when it is asked. */
const ASK_AGAIN_MS = 2000;

/**
 * The time in ms for which calls are gathered once there is one. Each time that the page is asked takes some
 * milliseconds of a processor in three processes, and a software adapter needs the processors itself.
 */
const GATHER_MS = 400;

/** Answers the calls of a page, one after another, in the order in which they come. */
export class PageCalls {
  readonly #page: Page;
  readonly #answers = new Map<string, (json: string | null) => unknown>();

  constructor(page: Page) {
    this.#page = page;
  }

  /** Gives the page's next document a function of this name. */
  async expose<T>(name: string, answer: (argument: T) => unknown): Promise<void> {
    this.#answers.set(name, (json) => answer(JSON.parse(json ?? 'null')));
    await this.#page.evaluateOnNewDocument(addFunction, name);
  }

  /** Answers calls of the document that is there. Resolves, with the reason, when it can no longer be asked. */
  async answerAll(): Promise<unknown> {
    let answers: Answer[] = [];
    try {
      for (;;) {
        const calls = await this.#page.evaluate(takeCalls, answers, ASK_AGAIN_MS, GATHER_MS);
        answers = [];
        for (const { id, name, argument } of calls) answers.push([id, await this.#answers.get(name)?.(argument)]);
      }
    } catch (error) {
      return error;
    }
  }
}

/** Runs in the page. */
function addFunction(name: string): void {
  globalThis.hbmarkCalls ??= { made: 0, waiting: [], unanswered: new Map(), arrived() {} };
  const calls = globalThis.hbmarkCalls;
  const call = (argument: unknown) =>
    new Promise((resolve) => {
      const id = calls.made++;
      calls.unanswered.set(id, resolve);
      calls.waiting.push({ id, name, argument: argument === undefined ? null : JSON.stringify(argument) });
      calls.arrived();
    });
  Reflect.set(globalThis, name, call);
}

/** Runs in the page. Resolves to the calls that wait, `gatherMs` after there is one, or after `mostMs`. */
async function takeCalls(answers: readonly Answer[], mostMs: number, gatherMs: number): Promise<Call[]> {
  const calls = globalThis.hbmarkCalls;
  if (!calls) throw new Error('this document has no function to call');
  for (const [id, answer] of answers) {
    calls.unanswered.get(id)?.(answer);
    calls.unanswered.delete(id);
  }
  if (calls.waiting.length === 0) {
    await new Promise<void>((resolve) => {
      calls.arrived = resolve;
      setTimeout(resolve, mostMs);
    });
  }
  if (calls.waiting.length > 0) await new Promise((resolve) => setTimeout(resolve, gatherMs));
  return calls.waiting.splice(0);
}
