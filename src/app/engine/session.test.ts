import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../harness/tuning/events.ts';
import { deliver } from './session.ts';

const EVENT: EngineEvent = { type: 'progress', phase: 'fill', fraction: 0, leftMs: [0, 0], detail: '' };

test.each([
  ['ends', undefined],
  ['fails', new Error('no memory')],
])('a session that %s does so after its events have arrived', async (_, failure) => {
  let arrive: (() => void) | undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  let ended = false;
  async function* events() {
    yield EVENT;
    if (failure) throw failure;
  }
  const delivered = deliver(events(), () => arrived)
    .then(
      () => undefined,
      (error: unknown) => error,
    )
    .finally(() => {
      ended = true;
    });
  await new Promise((resolve) => setTimeout(resolve));
  expect(ended).toBe(false);
  arrive?.();
  expect(await delivered).toBe(failure);
});
