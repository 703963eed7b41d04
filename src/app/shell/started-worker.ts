/** A worker, and the word of its failure, which may come before anybody listens. */

export interface StartedWorker {
  readonly worker: Worker;
  /** Resolves if the worker cannot be loaded, or breaks: with the browser's words, which may be empty. */
  readonly failed: Promise<string>;
}

/**
 * Returns a function that races an answer of the worker against its failure: a worker that cannot start never answers, and
 * who asked would wait for ever.
 *
 * @param say makes the answer of a worker that failed, or throws in its place. It is given why, in words
 */
export function orFailed<Failure>({ failed }: StartedWorker, say: (why: string) => Failure) {
  const word = failed.then((message) => say(message || 'it could not be loaded'));
  // Who asks hears of it; before that, nobody listens.
  word.catch(() => {});
  return <Answer>(answer: Promise<Answer>): Promise<Answer | Failure> => Promise.race([answer, word]);
}

export const started = (worker: Worker): StartedWorker => ({
  worker,
  failed: new Promise((resolve) => worker.addEventListener('error', ({ message }) => resolve(message))),
});
