/** What `hbmark predict` prints, for tests. */

import { expect, vi } from 'vitest';
import { predict } from '../../src/cli/commands/predict.ts';
import type { AnsweredPrediction } from '../../src/cli/text/asked-lines.ts';

/** Returns the text that `predict` prints for these flags. */
export async function printed(flags: Readonly<Record<string, unknown>>): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  predict.run(await predict.parse([], flags));
  expect(log).toHaveBeenCalledOnce();
  const [[text]] = log.mock.calls as [[string]];
  log.mockRestore();
  return text;
}

/** Returns the rows of the document that `predict --json` prints. */
export const document = async (flags: Readonly<Record<string, unknown>>): Promise<AnsweredPrediction[]> =>
  JSON.parse(await printed({ ...flags, json: true }));
