/** A worker, and the word of its failure, which may come before anybody listens. */

export interface StartedWorker {
  readonly worker: Worker;
  /** Resolves if the worker cannot be loaded, or breaks: with the browser's words, which may be empty. */
  readonly failed: Promise<string>;
}

export const started = (worker: Worker): StartedWorker => ({
  worker,
  failed: new Promise((resolve) => worker.addEventListener('error', ({ message }) => resolve(message))),
});
