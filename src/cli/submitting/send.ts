/** Sends runs to a collector, one after another, and keeps the tokens that delete them. */

import { messageOf } from '../../../harness/errors.ts';
import { shown } from '../../../results/text/shown.ts';
import { newToken } from '../../crowd/token.ts';
import { type Collector, collectorAt } from '../../session/collector.ts';
import { EXIT, type ExitCode, worstOf } from '../errors.ts';
import { forgetToken, type KeptToken, keepToken, keptTokens, tokensFolder } from '../files/token-files.ts';
import { print, printError } from '../text/print.ts';
import type { Prepared } from './submissions.ts';

/** Sends runs, and says what became of each. Returns the worst of their exit codes. */
export async function sendTo(to: URL, runs: readonly Prepared[]): Promise<ExitCode> {
  const collector = collectorAt(to);
  const codes: ExitCode[] = [];
  for (const run of runs) codes.push(await send(collector, to, run));
  return worstOf(codes);
}

async function send(collector: Collector, to: URL, { file, id, body }: Prepared): Promise<ExitCode> {
  // An answer that is lost is had again with the same token, so it is kept before anything is sent.
  const [before] = keptTokens(id, to.href);
  const keep = (token: string): string =>
    token === before?.token ? '' : troubleKeeping({ id, to: to.href, token, sent: new Date().toISOString() });
  const token = before?.token ?? newToken();
  const unkept = keep(token);
  const sent = await collector.submit(body, token);
  const name = shown(file);
  switch (sent.kind) {
    case 'added': {
      print(`${name}: added to the collection at ${to.href}`);
      print(`id       ${sent.id}`);
      print(`link     ${new URL(`result/?run=${sent.id}`, to).href}`);
      print(`token    ${sent.token}`);
      // A collector may have a token of its own.
      const trouble = sent.token === token ? unkept : keep(sent.token);
      if (trouble !== '') {
        printError(`hbmark: the token could not be kept (${trouble}): write it down to be able to delete the run`);
        return EXIT.unwritten;
      }
      print(
        `kept     in ${tokensFolder()}; "hbmark submit --delete ${id.slice(0, 12)} --to ${to.href}" deletes the run`,
      );
      return EXIT.done;
    }
    case 'known':
      forgetTokens(id, to.href);
      print(`${name}: is in the collection already (${sent.id}); whoever sent it first has its token`);
      return EXIT.done;
    default:
      if (sent.kind === 'refused' && before === undefined) forgetTokens(id, to.href);
      printError(`hbmark: ${name} was not added: ${to.href} ${why(sent)}; the file is as it was`);
      return EXIT.unsent;
  }
}

const why = ({ kind, why }: { readonly kind: 'refused' | 'unanswered'; readonly why: string }): string =>
  kind === 'refused' ? `refuses it (${why})` : `gave no answer (${why})`;

/** Keeps a token. Returns what kept it from that; empty: nothing. */
function troubleKeeping(kept: KeptToken): string {
  try {
    keepToken(kept);
    return '';
  } catch (error) {
    return messageOf(error);
  }
}

/** A run that is not in the collection by this user's word has no token to be deleted by. */
const forgetTokens = (id: string, to: string): void => keptTokens(id, to).forEach(forgetToken);
