/** Asks a collector for the seed of a run. Page and terminal share it. */

import { type GivenSeed, givenSeedSchema } from '../../results/record/schema.ts';

/** The collector gave no seed: why, and what to do. */
export class NoSeed extends Error {
  override readonly name = 'NoSeed';
}

/** The path of the question, from the collector's address. */
const PATH = 'v1/challenge';

/** A seed takes some hundred bytes. */
const MAX_ANSWER_BYTES = 4096;

/** The longest that an answer is waited for, in ms, unless whoever asks is less patient. */
const MAX_WAIT_MS = 20_000;

/** The maximum length of what a message quotes of an answer. */
const MAX_QUOTED = 100;

export interface Asking {
  readonly ask?: typeof fetch | undefined;
  readonly maxWaitMs?: number;
}

/**
 * Asks the collector at `address` for a seed. A run of it, with `challenge` in its record, shows that it began after the
 * seed was given.
 *
 * @throws NoSeed if there is no answer, or none that holds a seed
 */
export async function seedFrom(
  address: string,
  { ask = fetch, maxWaitMs = MAX_WAIT_MS }: Asking = {},
): Promise<GivenSeed> {
  const url = new URL(PATH, address.endsWith('/') ? address : `${address}/`);
  const no = (why: string, cause?: unknown) =>
    new NoSeed(`${url} gave no seed: ${why}. Check the address, or run with a seed of your own`, { cause });
  let status: number;
  let text: string;
  try {
    const answer = await ask(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(maxWaitMs),
    });
    ({ status } = answer);
    text = await shortText(answer);
  } catch (error) {
    throw no(reasonOf(error, maxWaitMs), error);
  }
  if (status !== 200) throw no(`it answered ${status}`);
  const given = givenSeedSchema.safeParse(jsonOr(text)).data;
  if (!given) throw no(`it answered ${JSON.stringify(text.slice(0, MAX_QUOTED))}`);
  return given;
}

/** Reads a short answer. @throws RangeError if it is longer than a seed can be */
async function shortText({ body }: Response): Promise<string> {
  if (!body) return '';
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
    if (text.length <= MAX_ANSWER_BYTES) continue;
    await reader.cancel();
    throw new RangeError(`its answer is longer than ${MAX_ANSWER_BYTES} bytes`);
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the reason of a failed fetch. Node's own message says nothing, and its cause does. */
function reasonOf(error: unknown, maxWaitMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `it did not answer within ${maxWaitMs / 1000} s`;
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
