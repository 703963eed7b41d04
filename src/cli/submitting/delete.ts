/** Deletes a run from a collection, by the token that was kept when it was sent. */

import { collectorAt } from '../../session/collector.ts';
import { EXIT, type ExitCode, UsageError } from '../errors.ts';
import { forgetToken, keptTokens, tokensFolder } from '../files/token-files.ts';
import { print, printError } from '../text/print.ts';

/**
 * Deletes the run whose id begins with `id` from the collector at `to`.
 *
 * @throws UsageError if no token, or more than one, is kept for such an id
 */
export async function deleteAt(to: URL, id: string): Promise<ExitCode> {
  const [kept, ...others] = keptTokens(id, to.href);
  if (!kept)
    throw new UsageError(`no token of a run ${id} at ${to.href} is kept in ${tokensFolder()}: was it sent from here?`);
  if (others.length > 0) {
    const ids = [kept, ...others].map((one) => one.id).join(', ');
    throw new UsageError(`--delete must be the id of one run; ${id} is the beginning of ${ids}`);
  }
  const deleted = await collectorAt(to).remove(kept.id, kept.token);
  switch (deleted.kind) {
    case 'deleted':
      forgetToken(kept);
      print(`${kept.id} was deleted from the collection at ${to.href}`);
      return EXIT.done;
    case 'gone':
      forgetToken(kept);
      print(`${kept.id} is not in the collection at ${to.href} any more`);
      return EXIT.done;
    default:
      printError(`hbmark: ${kept.id} was not deleted from ${to.href}: ${deleted.why}; its token is kept`);
      return EXIT.unsent;
  }
}
